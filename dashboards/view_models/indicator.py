"""The sheet of one indicator for one town: its meaning, its values, what qualifies them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date

from arobase.published import FindingRow, Headline, Row
from dashboards import queries
from dashboards.view_models.card import Card, ClaimView, card, claim_view
from dashboards.view_models.context import Context
from dashboards.view_models.series import Series, monthly, series
from dashboards.view_models.words import (
    Badge,
    cadence_word,
    direction_word,
    kind_word,
    severity_badge,
)


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the facts: a name and its value, perhaps with a link."""

    name: str
    value: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class FindingView:
    """One control that found something."""

    badge: Badge
    text: str
    detail: str
    seen: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class DefinitionChange:
    """One version of the definition."""

    version: str
    since: str
    text: str


@dataclass(frozen=True, slots=True)
class SpanLink:
    """A choice of period."""

    text: str
    href: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that the sheet says."""

    title: str
    sentence: str
    card: Card
    definition: str
    formula: str
    caveats: tuple[str, ...]
    reading: str
    series: Series
    spans: tuple[SpanLink, ...]
    facts: tuple[Fact, ...]
    provenance: tuple[Fact, ...]
    findings: tuple[FindingView, ...]
    claims: tuple[ClaimView, ...]
    history: tuple[DefinitionChange, ...]
    plausible: str


def sheet(context: Context, indicator_id: str) -> Sheet:
    """Return the sheet of an indicator that the catalogue has."""
    indicator, city_id = context.indicators[indicator_id], context.city["city_id"]
    quoted, title_of = context.formats.quoted, context.title_of
    headline = context.reader.headline(city_id, indicator_id, context.state.on)
    shown = card(context, headline, _monthly(context, indicator_id))
    return Sheet(
        title=title_of(indicator),
        sentence=_sentence(context, shown),
        card=shown,
        definition=quoted(title_of(indicator, "definition")),
        formula=quoted(title_of(indicator, "formula")),
        caveats=tuple(quoted(text) for text in _listed(context, indicator, "caveats")),
        reading=title_of(indicator, "period"),
        series=series(context, indicator),
        spans=_spans(context, indicator_id),
        facts=_facts(context, indicator),
        provenance=_provenance(context, indicator, headline),
        findings=tuple(_finding(context, each) for each in _findings(context, indicator_id)),
        claims=tuple(claim_view(context, indicator, each) for each in headline.claims),
        history=_history(context, indicator),
        plausible=_plausible(context, indicator),
    )


def _monthly(context: Context, indicator_id: str) -> list[Row]:
    city_id = context.city["city_id"]
    found = context.reader.series(city_id, indicator_id, end=context.on)
    return [asdict(value) for value in monthly(value for value in found if value.value is not None)]


def _sentence(context: Context, shown: Card) -> str:
    if shown.value is None:
        return f"{shown.empty}. {shown.notice}".strip()
    values = {"city": context.city["name"], "value": shown.value, "period": shown.period}
    if shown.change is None:
        return context.t("%(period)s, %(city)s: %(value)s.", **values)
    moved = {"change": shown.change.text, "verdict": shown.change.word}
    return context.t(
        "%(period)s, %(city)s: %(value)s, %(change)s (%(verdict)s).", **values, **moved
    )


def _listed(context: Context, row: Row, name: str) -> list[str]:
    french, english = row[f"{name}_fr"] or [], row[f"{name}_en"] or []
    return english if context.state.language == "en" and english else french


def _spans(context: Context, indicator_id: str) -> tuple[SpanLink, ...]:
    t = context.t
    names = {
        "12m": t("12 months"),
        "24m": t("24 months"),
        "ytd": t("This year"),
        None: t("Everything"),
    }
    path = f"/indicateurs/{indicator_id}"
    return tuple(
        SpanLink(text, context.link(path, span=span), context.state.span == span)
        for span, text in names.items()
    )


def _facts(context: Context, indicator: Row) -> tuple[Fact, ...]:
    t = context.t
    return (
        Fact(t("Kind"), kind_word(t, indicator["kind"])),
        Fact(t("Reading"), direction_word(t, indicator["direction"])),
        Fact(t("Period"), context.title_of(indicator, "period")),
        Fact(t("Expected to move"), cadence_word(t, indicator["cadence"])),
        Fact(t("Answers for it"), indicator["owner_name"], "mailto:" + indicator["owner_email"]),
        Fact(t("Definition in force"), t("version %(n)s", n=str(indicator["definition_version"]))),
        Fact("U4SSC", indicator["reference_u4ssc"] or t("no equivalent recorded")),
    )


def _provenance(context: Context, indicator: Row, headline: Headline) -> tuple[Fact, ...]:
    t, figure = context.t, headline.figure
    wanted = figure.source_id if figure else indicator["sources"][0]
    source = context.sources.get(wanted)
    if source is None:
        return (Fact(t("Source"), wanted),)
    facts = [
        Fact(t("Source"), context.title_of(source), source["documentation"]),
        Fact(t("Publisher"), source["publisher"]),
        Fact(t("Licence"), source["licence_name"], source["licence_url"]),
    ]
    if figure is not None:
        facts.append(
            Fact(t("Said by the source on"), context.formats.moment(figure.as_of, context.zone))
        )
    if (batch := queries.origin_batch(context.reader, wanted, context.city["city_id"])) is not None:
        facts.append(Fact(t("Last batch"), _batch(context, batch)))
    return tuple(facts)


def _batch(context: Context, batch: Row) -> str:
    moment = context.formats.moment(batch["received_at"], context.zone)
    return context.t("no. %(n)s, received on %(moment)s", n=str(batch["_batch_id"]), moment=moment)


def _findings(context: Context, indicator_id: str) -> list[FindingRow]:
    return context.reader.findings(context.city["city_id"], indicator_id, only_open=False, limit=20)


def _finding(context: Context, row: FindingRow) -> FindingView:
    t, formats = context.t, context.formats
    seen = t(
        "seen from %(first)s to %(last)s",
        first=formats.moment(row.first_seen, context.zone),
        last=formats.moment(row.last_seen, context.zone),
    )
    return FindingView(
        badge=severity_badge(t, row.severity),
        text=formats.quoted(t.pick(row.why_fr, row.why_en)),
        detail=observed_text(context, row),
        seen=seen,
        is_open=row.resolved_at is None,
    )


def observed_text(context: Context, row: FindingRow) -> str:
    """Say what was observed and what was expected."""
    if not row.observed:
        return ""
    return context.t(
        "Observed: %(observed)s; expected: %(expected)s",
        observed=context.formats.quoted(row.observed),
        expected=context.formats.quoted(row.expected or ""),
    )


def _history(context: Context, indicator: Row) -> tuple[DefinitionChange, ...]:
    stored = indicator["history"]
    versions = json.loads(stored) if isinstance(stored, str) else stored or []
    return tuple(
        DefinitionChange(
            version=context.t("version %(n)s", n=str(each["version"])),
            since=context.formats.day(date.fromisoformat(each["since"])),
            text=_in_language(context, each["change"]),
        )
        for each in reversed(versions)
    )


def _in_language(context: Context, text: dict[str, str] | str) -> str:
    return text if isinstance(text, str) else context.t.pick(text.get("fr"), text.get("en"))


def _plausible(context: Context, indicator: Row) -> str:
    formats = context.formats
    low, high = (
        formats.measure(indicator[name], indicator["unit"], 0)
        for name in ("plausible_min", "plausible_max")
    )
    bounds = context.t("Believable between %(low)s and %(high)s.", low=low, high=high)
    return f"{bounds} {formats.quoted(context.title_of(indicator, 'plausible_why'))}".strip()
