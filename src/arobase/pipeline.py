"""The steps in their order: what the command line calls, and what each Airflow task is one of.

The one module that gives an audit its suites. Every step starts again from its own mark, so a run
that was killed anywhere is finished by the next one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog

from arobase import audit as auditing
from arobase import inbox, ingest
from arobase import load as loading
from arobase import publish as publishing
from arobase import transform as transforming
from arobase.audit import AuditReport, Suites
from arobase.errors import RowsUnaccounted, SourceError
from arobase.ingest import IngestReport
from arobase.load import LoadReport
from arobase.publish import PublishReport
from arobase.settings import current_time
from arobase.transform import TransformReport

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What each step of a refresh did."""

    load: LoadReport
    transform: TransformReport
    audit: AuditReport
    publish: PublishReport


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a whole run did."""

    ingested: tuple[IngestReport, ...]
    failed: Mapping[str, str]
    """For each source, source and town, or dropped file that failed: why."""

    claimed: int
    refresh: RefreshReport


def run(*, full: bool = False, now: datetime | None = None) -> RunReport:
    """Ingest what is due, claim what was dropped, refresh. A source that fails stops no other."""
    at = now or current_time()
    ingested = []
    failed = {}
    for source_id in ingest.due(at):
        try:
            report = ingest.ingest(source_id, now=now)
        except SourceError as error:
            failed[source_id] = str(error)
        else:
            ingested.append(report)
            failed |= {f"{source_id} {city_id}": why for city_id, why in report.failed.items()}
    claimed = inbox.claim(now=now)
    failed |= {str(path): why for path, why in claimed.refused}
    refreshed = refresh(full=full, now=now)
    return RunReport(tuple(ingested), failed, len(claimed.landed), refreshed)


def refresh(*, full: bool = False, now: datetime | None = None) -> RefreshReport:
    """Load what landed, transform, audit, publish.

    Args:
        full: rebuild every model, judge and publish every figure again.
        now: the product's instant.

    Raises:
        ArobaseError: the step that could not be done; the ones before it stay done.
    """
    loaded, built = build(full=full, now=now)
    judged = audit(full=full, now=now)
    shown = publish(full=full, now=now)
    return RefreshReport(loaded, built, judged, shown)


def build(*, full: bool = False, now: datetime | None = None) -> tuple[LoadReport, TransformReport]:
    """Load what landed, and transform what depends on it."""
    with _step("load"):
        loaded = loading.load()
        _check_accounts(loaded)
    with _step("transform"):
        return loaded, transforming.transform(full=full, now=now)


def audit(*, full: bool = False, now: datetime | None = None) -> AuditReport:
    """Judge the figures that changed, by the suites of `expectations`."""
    with _step("audit"):
        return auditing.audit(_suites, full=full, now=now)


def publish(*, full: bool = False, now: datetime | None = None) -> PublishReport:
    """Publish the figures that hold."""
    with _step("publish"):
        return publishing.publish(full=full, now=now)


def _suites() -> Suites:
    # Here, because Great Expectations takes seconds to import, and most runs have nothing to judge.
    from expectations import SUITES

    suites: Suites = SUITES
    return suites


def _check_accounts(report: LoadReport) -> None:
    accounted = report.rows_loaded + report.rows_quarantined + report.rows_deduplicated
    if report.rows_in != accounted:
        raise RowsUnaccounted(
            f"{report.rows_in} rows came in, but {report.rows_loaded} were loaded,"
            f" {report.rows_quarantined} quarantined and {report.rows_deduplicated} already known:"
            f" {report.rows_in - accounted:+d}. Nothing new is published; this is a fault of the"
            " loader, please report it"
        )


@contextmanager
def _step(name: str) -> Iterator[None]:
    start = time.perf_counter()
    done = False
    try:
        yield
        done = True
    finally:
        event = "step done" if done else "step stopped"
        log.info(event, step=name, seconds=round(time.perf_counter() - start, 3))
