"""The marks of `meta.marks`: how far each step went, moved in the commit of its work."""

from __future__ import annotations

from datetime import datetime

import duckdb

REBUILT = "transform.rebuilt"
"""The mark whose fingerprint names the last rebuild of every model."""


def mark_of(connection: duckdb.DuckDBPyConnection, step: str) -> tuple[int, str] | None:
    """Return the newest batch a step went through and its fingerprint; None before its first."""
    found = connection.execute(
        "select _batch_id, fingerprint from meta.marks where step = ?", [step]
    ).fetchone()
    return (int(found[0]), str(found[1])) if found else None


def move_mark(
    connection: duckdb.DuckDBPyConnection,
    step: str,
    *,
    newest_batch: int,
    fingerprint: str,
    now: datetime,
) -> None:
    """Put a step's mark where it now is; to be committed with what the step did."""
    connection.execute("delete from meta.marks where step = ?", [step])
    connection.execute(
        "insert into meta.marks (step, _batch_id, moved_at, fingerprint) values (?, ?, ?, ?)",
        [step, newest_batch, now, fingerprint],
    )
