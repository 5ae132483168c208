"""What an address says: `?villes=94016&date=2020-10-01&lang=fr&p=12m`. Reads and writes it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import parse_qsl, urlencode

DEFAULT_LANGUAGE = "fr"
LANGUAGES = ("fr", "en")
SPANS = ("12m", "24m", "ytd")
_RANGE = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])\.\.(\d{4})-(0[1-9]|1[0-2])$")


@dataclass(frozen=True, slots=True)
class UrlState:
    """The reader's choices, all of them in the address. None or empty means the default."""

    insee_codes: tuple[str, ...] = ()
    on: date | None = None
    language: str = DEFAULT_LANGUAGE
    span: str | None = None

    def search(self, **changes: object) -> str:
        """Write the query string of this state, some choices changed; empty for all defaults."""
        state = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [
            ("villes", ",".join(state.insee_codes)),
            ("date", state.on.isoformat() if state.on else ""),
            ("p", state.span or ""),
            ("lang", "" if state.language == DEFAULT_LANGUAGE else state.language),
        ]
        query = urlencode([(key, value) for key, value in pairs if value], safe=",.")
        return f"?{query}" if query else ""


@dataclass(frozen=True, slots=True)
class Ignored:
    """One part of an address that means nothing here."""

    key: str
    value: str


def language_of(search: str | None) -> str:
    """Return the language an address asks for."""
    wanted = _pairs(search).get("lang", DEFAULT_LANGUAGE)
    return wanted if wanted in LANGUAGES else DEFAULT_LANGUAGE


def parse(
    search: str | None, *, known_codes: Collection[str], today: date
) -> tuple[UrlState, tuple[Ignored, ...]]:
    """Read an address; what is unknown or invalid is set aside, to be told to the reader."""
    pairs = _pairs(search)
    codes = tuple(dict.fromkeys(code for code in pairs.get("villes", "").split(",") if code))
    known = tuple(code for code in codes if code in known_codes)
    on = _past_date(pairs.get("date", ""), today)
    span = pairs.get("p", "")
    state = UrlState(known, on, language_of(search), span if is_span(span) else None)
    return state, tuple(_ignored(pairs, state, codes))


def is_span(text: str) -> bool:
    """Tell whether a text is a period: `12m`, `24m`, `ytd`, or `2020-10..2021-03` in order."""
    found = _RANGE.match(text)
    return text in SPANS or (found is not None and found.group(1, 2) <= found.group(3, 4))


def span_bounds(span: str | None, until: date) -> tuple[date | None, date]:
    """Return the first and last day a period covers; no first day means since the beginning."""
    if span is None:
        return None, until
    if span == "ytd":
        return date(until.year, 1, 1), until
    if span in SPANS:
        return _months_before(until, int(span[:-1])), until
    first, last = span.split("..")
    return date.fromisoformat(first + "-01"), min(_month_end(last), until)


def _pairs(search: str | None) -> dict[str, str]:
    return dict(parse_qsl((search or "").lstrip("?"), keep_blank_values=True))


def _past_date(text: str, today: date) -> date | None:
    try:
        on = date.fromisoformat(text)
    except ValueError:
        return None
    return on if date(2000, 1, 1) <= on <= today else None


def _ignored(pairs: Mapping[str, str], state: UrlState, codes: tuple[str, ...]) -> list[Ignored]:
    wrong = [Ignored("villes", code) for code in codes if code not in state.insee_codes]
    kept = {"date": state.on, "p": state.span}
    wrong += [
        Ignored(key, pairs[key]) for key, value in kept.items() if pairs.get(key) and not value
    ]
    if pairs.get("lang", DEFAULT_LANGUAGE) not in LANGUAGES:
        wrong.append(Ignored("lang", pairs["lang"]))
    known = {"villes", "date", "p", "lang"}
    return wrong + [Ignored(key, value) for key, value in pairs.items() if key not in known]


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(year, month + 1, 1)


def _month_end(text: str) -> date:
    first = date.fromisoformat(text + "-01")
    next_month = _months_before(first, -1)
    return date.fromordinal(next_month.toordinal() - 1)
