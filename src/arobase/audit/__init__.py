"""Audit: judge the rows that changed since the last audit, and keep what was found.

It repairs nothing and withholds nothing: publishing does, from the findings.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from arobase import warehouse
from arobase.audit import candidates, findings
from arobase.audit.candidates import Candidates
from arobase.audit.findings import Found
from arobase.catalog import Catalog, catalog
from arobase.settings import current_time

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuite

Suites = Mapping[str, Callable[[Catalog], "ExpectationSuite"]]

MODELS = ("indicator_values", "batches")


@dataclass(frozen=True, slots=True)
class AuditReport:
    """How many figures were judged, and how many findings this audit made or saw again."""

    audited_rows: int
    critical: int
    warning: int
    info: int


def audit(
    suites: Callable[[], Suites], *, now: datetime | None = None, full: bool = False
) -> AuditReport:
    """Judge what changed and store the findings, with the mark of how far we are, in one commit.

    Args:
        suites: gives the suite of each model; called only when there is something to judge, because
            Great Expectations takes seconds to import.
        now: the product's instant.
        full: judge every row again.

    Raises:
        AuditFailed: an expectation could not be computed; nothing is stored.
    """
    at = now or current_time()
    with warehouse.writer() as connection:
        gathered = [candidates.gathered(connection, model, full=full) for model in MODELS]
        moved = [each for each in gathered if each is not None and each.is_moved]
        found = {each.model: _judged(connection, each, suites) for each in moved}
        _store(connection, moved, found, at, full=full)
    severities = Counter(each.severity for rows in found.values() for each in rows)
    return AuditReport(
        audited_rows=sum(each.rows for each in moved if each.model == "indicator_values"),
        critical=severities["critical"],
        warning=severities["warning"],
        info=severities["info"],
    )


def _judged(
    connection: duckdb.DuckDBPyConnection, judged: Candidates, suites: Callable[[], Suites]
) -> list[Found]:
    if judged.rows == 0:
        return []
    from arobase.audit import gx_duckdb

    suite = suites()[judged.model](catalog())
    unmet = gx_duckdb.unmet(connection, "quality", judged.table, suite)
    return list(findings.found_in(judged.model, unmet))


def _store(
    connection: duckdb.DuckDBPyConnection,
    moved: list[Candidates],
    found: Mapping[str, list[Found]],
    now: datetime,
    *,
    full: bool,
) -> None:
    run_id = uuid.uuid4().hex
    connection.begin()
    for each in moved:
        findings.record(connection, each, found[each.model], run_id=run_id, now=now, full=full)
        candidates.move_mark(connection, each, now)
    connection.commit()
