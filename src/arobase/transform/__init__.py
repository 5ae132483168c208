"""From raw rows to marts: write the catalogue as tables, then build what depends on new batches.

Killed anywhere, the next call does the work again and ends in the same place: the mark moves last,
each model is one transaction, and each replaces what it may have written before.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from arobase.catalog import catalog
from arobase.settings import current_time
from arobase.transform.builder import Builder, project_fingerprint
from arobase.transform.catalog_tables import catalog_rows, write_catalog, write_clock
from arobase.warehouse import writer, writer_lock
from arobase.warehouse.marks import REBUILT, mark_of, move_mark

if TYPE_CHECKING:
    import duckdb

__all__ = ["TransformReport", "transform"]

STEP = "transform"

ALWAYS = "freshness"
"""Depends on the clock, which moves without any batch."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class TransformReport:
    """What one call built."""

    models_built: int
    seconds: float


@dataclass(frozen=True, slots=True)
class _Plan:
    """What to build, and what is true once it is built."""

    newest_batch: int
    fingerprint: str
    touched: tuple[str, ...]
    full: bool

    @property
    def selection(self) -> Sequence[str]:
        return () if self.full else (*(f"source:{each}+" for each in self.touched), ALWAYS)


def transform(*, full: bool = False, now: datetime | None = None) -> TransformReport:
    """Build what depends on batches since the last success; all when what they mean changed.

    Raises:
        TransformFailed: a model or a data test failed; the message names it and shows the rows.
        WarehouseBusy: another process is writing.
    """
    started = time.monotonic()
    instant = now or current_time()
    with writer(checkpoint=False) as connection:
        plan = _prepare(connection, instant, full=full)
    with writer_lock():
        built = Builder().build(plan.selection, full=plan.full)
    with writer(checkpoint=False) as connection:
        _move_mark(connection, plan, instant)
    report = TransformReport(built, time.monotonic() - started)
    log.info("transformed", models=built, sources=plan.touched, full=plan.full)
    return report


def _prepare(connection: duckdb.DuckDBPyConnection, now: datetime, *, full: bool) -> _Plan:
    rows = catalog_rows(catalog())
    fingerprint = hashlib.sha256(f"{project_fingerprint()}{rows!r}".encode()).hexdigest()
    mark, known = mark_of(connection, STEP) or (0, "")
    changed = fingerprint != known
    if full or changed:
        write_catalog(connection, rows)
    write_clock(connection, now)
    return _Plan(
        newest_batch=_newest_batch(connection),
        fingerprint=fingerprint,
        touched=_touched(connection, mark),
        full=full or changed,
    )


def _newest_batch(connection: duckdb.DuckDBPyConnection) -> int:
    row = connection.execute("select coalesce(max(_batch_id), 0) from raw.batches").fetchone()
    return int(row[0]) if row else 0


def _touched(connection: duckdb.DuckDBPyConnection, mark: int) -> tuple[str, ...]:
    """Return the sources with rows to build; a failed batch brings none, only lateness."""
    rows = connection.execute(
        "select distinct source_id from raw.batches"
        " where _batch_id > ? and status <> 'failed' order by source_id",
        [mark],
    ).fetchall()
    return tuple(source_id for (source_id,) in rows)


def _move_mark(connection: duckdb.DuckDBPyConnection, plan: _Plan, now: datetime) -> None:
    """Move our mark, and name a rebuild: an audit or a publication of another one begins anew."""
    names = {STEP: plan.fingerprint} | ({REBUILT: uuid.uuid4().hex} if plan.full else {})
    connection.execute("begin")
    for step, fingerprint in names.items():
        move_mark(
            connection, step, newest_batch=plan.newest_batch, fingerprint=fingerprint, now=now
        )
    connection.execute("commit")
