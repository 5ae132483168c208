"""Load: pending batches into raw tables, quarantine, notices; one transaction for each source.

A batch is in the warehouse once and whole, or not at all, and every record of it is counted:
in = loaded + quarantined + deduplicated. Nothing is converted or corrected here.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from arobase import warehouse
from arobase.catalog import catalog
from arobase.landing import Landing, Manifest
from arobase.load.batches import BatchLoader, CarefulReadingNeeded, Outcome
from arobase.load.json_pages import JsonSpool
from arobase.settings import current_time, settings
from arobase.warehouse.schema import insert_rows


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What one load did: rows_in is the sum of the three that follow it."""

    batches: int
    rows_in: int
    rows_loaded: int
    rows_quarantined: int
    rows_deduplicated: int
    touched: frozenset[str]
    """Sources with a new batch, failed ones included."""


def load() -> LoadReport:
    """Load every pending batch, oldest first.

    Raises:
        WarehouseBusy: another process is writing the warehouse.
        WarehouseUnusable: the disk is nearly full, or the file is damaged.
    """
    landing = Landing(settings().landing)
    if settings().warehouse.exists() and not (warehouse.replay_needed() or any(landing.pending())):
        return _report([])
    with (
        # The audit of the same refresh writes the file anew for all of it.
        warehouse.writer(checkpoint=False) as connection,
        TemporaryDirectory(prefix="load-", dir=_work_folder()) as scratch,
    ):
        replay = warehouse.replay_needed()
        landed = list(landing.all() if replay else landing.pending())
        outcomes = _load_all(connection, landing, landed, Path(scratch))
    # Only after the checkpoint: a torn journal may lose commits without a word, and then the
    # pending list still has them. Batches of a load that was stopped before this line go too.
    for manifest in landed:
        landing.loaded(manifest.batch)
    if replay:
        warehouse.replay_done()
    return _report(outcomes)


def _load_all(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    landed: Sequence[Manifest],
    scratch: Path,
) -> list[Outcome]:
    known = {row[0] for row in connection.execute("select batch from raw.batches").fetchall()}
    missing = [manifest for manifest in landed if manifest.batch not in known]
    by_source = sorted(missing, key=lambda manifest: (manifest.source_id, manifest.batch))
    outcomes: list[Outcome] = []
    for source_id, group in groupby(by_source, key=lambda manifest: manifest.source_id):
        outcomes.extend(_load_source(connection, landing, source_id, list(group), scratch))
    return outcomes


def _load_source(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    source_id: str,
    manifests: Sequence[Manifest],
    scratch: Path,
) -> list[Outcome]:
    careful: frozenset[tuple[str, int]] = frozenset()
    while True:
        connection.execute("begin transaction")
        try:
            with JsonSpool(source_id, scratch) as spool:
                outcomes = _outcomes(connection, landing, manifests, spool, careful)
                spool.insert(connection)
            _record(connection, outcomes, scratch)
            connection.execute("commit")
        except CarefulReadingNeeded as needed:
            # DuckDB ends the whole transaction when one file cannot be read: begin it again.
            connection.execute("rollback")
            careful |= {needed.place}
        else:
            return outcomes


def _outcomes(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    manifests: Sequence[Manifest],
    spool: JsonSpool,
    careful: frozenset[tuple[str, int]],
) -> list[Outcome]:
    newest = connection.execute("select coalesce(max(_batch_id), 0) from raw.batches").fetchone()
    first = int(newest[0]) + 1 if newest else 1
    source = catalog().sources.get(spool.source_id)
    if source is None:
        return [_without_source(first + place, each) for place, each in enumerate(manifests)]
    loader = BatchLoader(connection, landing, source, spool, careful)
    return [loader.load(first + place, each) for place, each in enumerate(manifests)]


def _without_source(batch_id: int, manifest: Manifest) -> Outcome:
    outcome = Outcome(batch_id, manifest)
    outcome.fail(
        f"La source {manifest.source_id} n'est plus au catalogue.\n"
        f"Source {manifest.source_id} is no longer in the catalogue."
    )
    return outcome


def _record(
    connection: duckdb.DuckDBPyConnection, outcomes: Sequence[Outcome], scratch: Path
) -> None:
    """Write what became of each batch, in the transaction that holds its rows."""
    insert_rows(connection, "raw.batches", [_batch_row(each) for each in outcomes], scratch)
    for table, kind in (
        ("raw.batch_pages", "pages"),
        ("raw.quarantine", "quarantine"),
        ("raw.notices", "notices"),
    ):
        rows = [row for outcome in outcomes for row in getattr(outcome, kind)]
        insert_rows(connection, table, rows, scratch)


def _batch_row(outcome: Outcome) -> dict[str, object]:
    manifest = outcome.manifest
    return {
        "_batch_id": outcome.batch_id,
        "batch": manifest.batch,
        "source_id": manifest.source_id,
        "city_id": manifest.city_id,
        "received_at": manifest.received_at,
        "loaded_at": current_time(),
        "status": outcome.status,
        "error": outcome.error,
        "pages": len(manifest.pages),
        "rows_in": outcome.rows_in,
        "rows_loaded": outcome.rows_loaded,
        "rows_quarantined": len(outcome.quarantine),
        "rows_deduplicated": outcome.rows_deduplicated,
    }


def _work_folder() -> Path:
    """Return where working copies go: beside the warehouse, cleared of what a killed load left."""
    folder = settings().warehouse.parent
    for left in folder.glob("load-*"):
        shutil.rmtree(left, ignore_errors=True)
    return folder


def _report(outcomes: Sequence[Outcome]) -> LoadReport:
    return LoadReport(
        batches=len(outcomes),
        rows_in=sum(each.rows_in for each in outcomes),
        rows_loaded=sum(each.rows_loaded for each in outcomes),
        rows_quarantined=sum(len(each.quarantine) for each in outcomes),
        rows_deduplicated=sum(each.rows_deduplicated for each in outcomes),
        touched=frozenset(each.manifest.source_id for each in outcomes),
    )
