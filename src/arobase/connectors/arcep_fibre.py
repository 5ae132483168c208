"""Arcep's "Ma connexion internet": one CSV of all communes for each quarter."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from arobase.catalog import Text
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Answer, Http, by_status
from arobase.errors import SourceChanged, SourceError, SourceUnavailable, SourceUnchanged

LISTING = "/fixe/maconnexioninternet/statistiques/"
FILE = "commune/commune_techno.csv"
EXPECTED_COLUMNS = (b"code_insee", b"nbr", b"elig_ftth")

_QUARTER_LINK = re.compile(r"""href=["'](?:[^"']*/)?(\d{4}_T[1-4])/?["']""")


class ArcepFibre:
    """Reads the static listing of quarters, then the files that were not landed before."""

    async def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield one page per quarter wanted; the name of the quarter is its context."""
        listing = await http.get(feed, LISTING)
        wanted = quarters_wanted(feed, quarters_listed(listing))
        if not wanted:
            raise SourceUnchanged(f"{listing.url}: no new quarter")
        for quarter in wanted:
            answer = await http.get(feed, f"{LISTING}{quarter}/{FILE}", verdict=_file_or_none)
            if answer.status == 404:
                yield _without_file(quarter)
            else:
                yield _checked(answer).page("coverage", quarter=quarter)

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield nothing: the only stream is a table, which `arobase.tables` reads."""
        return iter(())


def quarters_listed(listing: Answer) -> list[str]:
    """Return the quarters of the listing page, oldest first.

    Raises:
        SourceChanged: the page lists none.
        SourceUnavailable: it is cut before the first.
    """
    text = listing.body.decode("utf-8", "replace")
    quarters = sorted(set(_QUARTER_LINK.findall(text)))
    if not quarters and "</html" not in text.lower():
        raise SourceUnavailable(f"{listing.url}: the listing is cut, or is no page at all")
    if not quarters:
        raise SourceChanged(f"{listing.url}: no folder named like 2020_T2 in the listing")
    return quarters


def quarters_wanted(feed: Feed, listed: Sequence[str]) -> list[str]:
    """Return what to fetch, oldest first.

    All with `full`; from a day on with `since`; else those newer than the newest landed before, or
    just the newest the first time.
    """
    if feed.full:
        return list(listed)
    if feed.since:
        return [quarter for quarter in listed if last_day(quarter) >= feed.since]
    landed = [quarter for quarter in listed if file_url(feed, quarter) in feed.landed]
    return [quarter for quarter in listed if quarter > landed[-1]] if landed else [listed[-1]]


def file_url(feed: Feed, quarter: str) -> str:
    """Return the address of a quarter's file."""
    return f"{feed.base_url}{LISTING}{quarter}/{FILE}"


def last_day(quarter: str) -> date:
    """Return the last day of a quarter named like `2020_T2`."""
    year, number = int(quarter[:4]), int(quarter[-1])
    first_after = date(year + number // 4, number % 4 * 3 + 1, 1)
    return first_after - timedelta(days=1)


def _file_or_none(answer: Answer) -> SourceError | None:
    return None if answer.status == 404 else by_status(answer)


def _checked(answer: Answer) -> Answer:
    header, last = answer.body.partition(b"\n")[0], answer.body.rstrip().rpartition(b"\n")[2]
    if missing := [name.decode() for name in EXPECTED_COLUMNS if name not in header]:
        kind = answer.media_type or "no content type"
        raise SourceChanged(f"{answer.url}: {kind} without the columns {', '.join(missing)}")
    if last.count(b";") != header.count(b";"):
        raise SourceUnavailable(f"{answer.url}: the file is cut, after {len(answer.body):,} bytes")
    return answer


def _without_file(quarter: str) -> Notice:
    return Notice(
        severity="info",
        stream="coverage",
        code="quarter_without_file",
        message=Text(
            fr=f"L'Arcep ne publie pas (ou pas encore) le fichier du trimestre {quarter}.",
            en=f"Arcep does not (yet) publish the file of quarter {quarter}.",
        ),
    )
