"""Read-only access to the published figures, shared by the command line, the gateway and the pages.

`Published` follows the newest version; `Published.current()` pins one, so that every query of a page or
of an answer sees the same figures. Any thread may use either.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import duckdb

from arobase.errors import NothingPublished
from arobase.settings import settings

Status = Literal["published", "provisional", "stale", "withheld"]
FreshnessState = Literal["fresh", "late", "failed", "never"]
Trust = Literal["confirmed", "check", "stale", "declared", "none"]
Row = dict[str, Any]

CURRENT = "marts.duckdb"
"""Name of the link to the newest version."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Which version this is."""

    version: int
    published_at: datetime
    code_revision: str
    high_water_marks: str
    """JSON: for each source, the last batch that these figures include."""

    event_latency_p50_s: float | None
    """From reception to publication, over the batches new in this version; None when it has none."""

    event_latency_p95_s: float | None


@dataclass(frozen=True, slots=True)
class Target:
    """What the council wants, by when."""

    value: float
    by: date
    reference: str


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What a document said, beside what was measured."""

    claim_id: str
    document_id: str
    document: str
    publisher: str
    published_on: date
    sentence: str
    said_on: date
    city_id: str
    indicator_id: str
    claimed_value: float
    comparison: str
    measured_value: float | None
    measured_period_start: date | None
    measured_period_end: date | None
    gap: float | None
    verdict: Literal["confirmed", "differs", "not_measured"]


@dataclass(frozen=True, slots=True)
class FindingRow:
    """Something unbelievable about a figure, and since when; open while `resolved_at` is None."""

    run_id: str
    run_at: datetime
    model: str
    rule: str
    city_id: str | None
    indicator_id: str | None
    period_start: date | None
    period_end: date | None
    severity: Literal["critical", "warning", "info"]
    why_fr: str
    why_en: str
    observed: str | None
    expected: str | None
    unexpected_count: int
    first_seen: datetime
    last_seen: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Value:
    """One figure of one town, indicator and period. A withheld one has no value."""

    city_id: str
    indicator_id: str
    period_start: date
    period_end: date
    value: float | None
    numerator: float | None
    denominator: float | None
    origin: str
    status: Status
    source_id: str
    as_of: datetime
    definition_version: int
    is_cumulated: bool
    """For a flow: a total since the start, not one civil period."""


@dataclass(frozen=True, slots=True)
class Freshness:
    """Whether a source answered when it should have, for one town."""

    city_id: str
    source_id: str
    cadence: str
    last_received_at: datetime | None
    due_at: datetime | None
    state: FreshnessState
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Headline:
    """The figure a town reads first for an indicator, with all that says how far to trust it."""

    city_id: str
    indicator_id: str
    figure: Value | None
    """None when the town has no value up to that day."""

    trust: Trust
    reasons: tuple[FindingRow, ...]
    """Open findings behind `trust`, critical first; those of the withheld period when there is one."""

    withheld_period_end: date | None
    """End of a newer period whose value is withheld; the figure is then the last good one."""

    previous_value: float | None
    """The last value of an earlier month, for the change shown beside the figure."""

    previous_period_end: date | None
    freshness: Freshness | None
    """None when the town does not have the source."""

    target: Target | None
    claims: tuple[ClaimRow, ...]

    @property
    def value(self) -> float | None:
        """The figure's value, if there is one."""
        return self.figure.value if self.figure else None


class Reader:
    """One published version, open for reading as long as somebody holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.version = _version(path)
        self._connection = duckdb.connect(str(path), read_only=True)

    def query(self, sql: str, params: Mapping[str, object] | Sequence[object] = ()) -> list[Row]:
        """Return the rows of a statement as dictionaries."""
        # A cursor is a connection of its own (15 µs): threads never share one.
        with self._connection.cursor() as cursor:
            cursor.execute(sql, params)
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def publication(self) -> Publication:
        """Return the version's own record."""
        raise NotImplementedError

    def headlines(self, city_id: str, on: date | None = None) -> list[Headline]:
        """Return the overview's figures of a town as known on a day, in the catalogue's order."""
        raise NotImplementedError

    def headline(self, city_id: str, indicator_id: str, on: date | None = None) -> Headline:
        """Return one indicator's figure as known on a day, whether or not it is on the overview."""
        raise NotImplementedError

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
            cumulated: for a flow, only the totals since the start, or only the civil periods; None means
                those the headline is made of.
        """
        raise NotImplementedError

    def findings(
        self,
        city_id: str | None = None,
        indicator_id: str | None = None,
        *,
        only_open: bool = True,
        limit: int = 1000,
    ) -> list[FindingRow]:
        """Return findings, critical and recent first."""
        raise NotImplementedError

    def freshness(self, city_id: str | None = None) -> list[Freshness]:
        """Return the state of every source of a town, or of all."""
        raise NotImplementedError


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
        return _version(self._resolved())

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


@cache
def published() -> Published:
    """Return the published folder of this process, from `AROBASE_HOME`."""
    return Published(settings().published)


def _version(path: Path) -> int:
    match = re.fullmatch(r"marts-(\d+)\.duckdb", path.name)
    return int(match[1]) if match else 0
