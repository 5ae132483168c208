"""What the published database says, as values; and how far to trust a figure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Status = Literal["published", "provisional", "stale", "withheld"]
FreshnessState = Literal["fresh", "late", "failed", "never"]
Trust = Literal["confirmed", "check", "stale", "declared", "none"]


@dataclass(frozen=True, slots=True)
class Publication:
    """Which version this is."""

    version: int
    published_at: datetime
    code_revision: str
    high_water_marks: str
    """JSON: for each source, the last batch that these figures include."""

    event_latency_p50_s: float | None
    """From reception to publication, over the batches new in this version; None without any."""

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
    """Open findings behind `trust`, critical first; the withheld period's when there is one."""

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


ONE_CADENCE = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
    "quarter": timedelta(days=92),
    "year": timedelta(days=366),
}


def trust(
    figure: Value | None,
    *,
    findings: Iterable[FindingRow],
    freshness: Freshness | None,
    is_newer_withheld: bool,
    at: datetime,
) -> Trust:
    """Return how far a figure may be trusted.

    Args:
        figure: the figure shown.
        findings: the open findings that concern it.
        freshness: the state of its source, None when it says nothing about the day shown.
        is_newer_withheld: a newer period exists, and its value is withheld.
        at: the instant the lateness of the source is measured at.
    """
    if figure is None or figure.value is None:
        return "none"
    severities = {finding.severity for finding in findings}
    if figure.status == "stale" or is_newer_withheld or "critical" in severities:
        return "stale"
    if freshness is not None and _is_long_overdue(freshness, at):
        return "stale"
    is_late = freshness is not None and freshness.state != "fresh"
    if "warning" in severities or is_late or figure.status == "provisional":
        return "check"
    return "declared" if figure.origin == "declared" else "confirmed"


def _is_long_overdue(freshness: Freshness, at: datetime) -> bool:
    if freshness.state == "failed":
        return True
    if freshness.state != "late" or freshness.due_at is None:
        return False
    return at - freshness.due_at > ONE_CADENCE.get(freshness.cadence, timedelta())
