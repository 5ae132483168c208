"""Read-only access to the published figures, shared by the command line, the gateway and the pages.

`Published` follows the newest version; `Published.current()` pins one, so that every query of a
page or of an answer sees the same figures. Any thread may use either.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from arobase.errors import NothingPublished, UsageError
from arobase.published import headlines
from arobase.published.figures import (
    ClaimRow,
    FindingRow,
    Freshness,
    FreshnessState,
    Headline,
    Publication,
    Status,
    Target,
    Trust,
    Value,
    trust,
)
from arobase.published.periods import IS_CUMULATED
from arobase.published.versions import CURRENT, number
from arobase.settings import settings

__all__ = [
    "ClaimRow",
    "FindingRow",
    "Freshness",
    "FreshnessState",
    "Headline",
    "Publication",
    "Published",
    "Reader",
    "Status",
    "Target",
    "Trust",
    "Value",
    "published",
    "trust",
]

Row = dict[str, Any]

PUBLICATION = """
select
    version, published_at, code_revision, high_water_marks::varchar as high_water_marks,
    event_latency_p50_s, event_latency_p95_s
from publication
"""

SERIES = f"""
select v.*, {IS_CUMULATED} as is_cumulated
from indicator_values as v
inner join indicators as i on v.indicator_id = i.indicator_id
where
    v.city_id = $city_id
    and v.indicator_id = $indicator_id
    and v.period_end >= coalesce($start, date '0001-01-01')
    and v.period_end <= coalesce($end, date '9999-12-31')
    and is_cumulated
    = (i.kind = 'flow' and coalesce($cumulated, i.headline_period = 'cumulated'))
order by v.period_end, v.period_start
"""

FINDINGS = """
select * from findings
where
    ($city_id is null or city_id = $city_id or city_id = '_national')
    and ($indicator_id is null or indicator_id = $indicator_id)
    and (not $only_open or resolved_at is null)
order by
    resolved_at is not null, list_position(['critical', 'warning', 'info'], severity),
    last_seen desc, city_id, indicator_id, rule, period_end desc
limit $limit
"""

FRESHNESS = """
select city_id, source_id, cadence, last_received_at, due_at, state, last_error from freshness
where $city_id is null or city_id = $city_id
order by city_id, source_id
"""


class Reader:
    """One published version, open for reading as long as somebody holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = number(path)
        self._connection = duckdb.connect(str(path), read_only=True)
        self._connection.execute("set global TimeZone = 'UTC'")
        self._publication: Publication | None = None

    def query(self, sql: str, params: Mapping[str, object] | Sequence[object] = ()) -> list[Row]:
        """Return the rows of a statement as dictionaries."""
        # A cursor is a connection of its own (15 µs): threads never share one.
        with self._connection.cursor() as cursor:
            cursor.execute(sql, params)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def publication(self) -> Publication:
        """Return the version's own record."""
        # A version never changes: its record is read once.
        if self._publication is None:
            self._publication = Publication(**self.query(PUBLICATION)[0])
        return self._publication

    def headlines(self, city_id: str, on: date | None = None) -> list[Headline]:
        """Return the overview's figures of a town as known on a day, in the catalogue's order."""
        return headlines.headlines(self, city_id, None, on)

    def headline(self, city_id: str, indicator_id: str, on: date | None = None) -> Headline:
        """Return one indicator's figure as known on a day, whether or not it is on the overview."""
        found = headlines.headlines(self, city_id, [indicator_id], on)
        if not found:
            raise UsageError(
                f"no indicator {indicator_id!r} in the published version {self.version}"
            )
        return found[0]

    def series(
        self,
        city_id: str,
        indicator_id: str,
        *,
        start: date | None = None,
        end: date | None = None,
        cumulated: bool | None = None,
    ) -> list[Value]:
        """Return the values whose period ends between two days, oldest first.

        Args:
            start: first day.
            end: last day.
            cumulated: for a flow, only the totals since the start, or only the civil periods;
                None means those the headline is made of.
        """
        filters = {
            "city_id": city_id,
            "indicator_id": indicator_id,
            "start": start,
            "end": end,
            "cumulated": cumulated,
        }
        names = [field.name for field in fields(Value)]
        return [Value(**{name: row[name] for name in names}) for row in self.query(SERIES, filters)]

    def findings(
        self,
        city_id: str | None = None,
        indicator_id: str | None = None,
        *,
        only_open: bool = True,
        limit: int = 1000,
    ) -> list[FindingRow]:
        """Return findings, critical and recent first."""
        filters = {
            "city_id": city_id,
            "indicator_id": indicator_id,
            "only_open": only_open,
            "limit": limit,
        }
        return [FindingRow(**row) for row in self.query(FINDINGS, filters)]

    def freshness(self, city_id: str | None = None) -> list[Freshness]:
        """Return the state of every source of a town, or of all."""
        return [Freshness(**row) for row in self.query(FRESHNESS, {"city_id": city_id})]


class Published:
    """The published folder: always reads the newest version."""

    def __init__(self, folder: Path) -> None:
        self._link = folder / CURRENT
        self._lock = threading.Lock()
        self._reader: Reader | None = None

    def current(self) -> Reader:
        """Return the newest version, pinned.

        Raises:
            NothingPublished: there is no version yet.
        """
        path = self._resolved()
        reader = self._reader
        if reader is None or reader.path != path:
            with self._lock:
                reader = self._reader
                if reader is None or reader.path != path:
                    # The former reader closes when the last thread that uses it lets it go.
                    reader = self._reader = Reader(path)
        return reader

    def current_version(self) -> int:
        """Return the number of the newest version, without opening it."""
        return number(self._resolved())

    def query(self, sql: str, params: Mapping[str, object] | Sequence[object] = ()) -> list[Row]:
        """Return the rows of a statement run on the newest version."""
        return self.current().query(sql, params)

    def headlines(self, city_id: str, on: date | None = None) -> list[Headline]:
        """Return the overview's figures of a town, from the newest version."""
        return self.current().headlines(city_id, on)

    def _resolved(self) -> Path:
        path = self._link.resolve()
        if not path.exists():
            raise NothingPublished(
                f"{self._link}: nothing is published yet; run `arobase refresh` and try again"
            )
        return path


def published() -> Published:
    """Return the published folder of this process, from `AROBASE_HOME`."""
    return _in_folder(settings().published)


@cache
def _in_folder(folder: Path) -> Published:
    return Published(folder)
