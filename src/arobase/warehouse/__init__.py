"""The warehouse file: the only module that opens it, for one writer at a time.

A DuckDB file has one writer or no writer; a lock file beside it says who, so that the second one
waits with a message instead of failing. Readers never open this file: they read the published one.
"""

from __future__ import annotations

import fcntl
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import duckdb

from arobase.catalog import catalog
from arobase.errors import WarehouseBusy, WarehouseUnusable
from arobase.settings import settings
from arobase.warehouse.schema import ensure_tables

log = logging.getLogger(__name__)

MINIMUM_FREE_BYTES = 256 * 1024 * 1024
"""Below this no writer starts: a disk full in mid-commit is worse than a late figure."""

WAIT_S = 600.0
"""How long a writer waits for another one before it gives up."""

MEMORY_LIMIT = "1GB"


@contextmanager
def writer(
    *, wait_s: float = WAIT_S, checkpoint: bool = True
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, with every table in place; checkpoint it at the end.

    Args:
        wait_s: how long to wait for another writer.
        checkpoint: False leaves what was written in the journal, where it is as safe: writing the
            file anew costs a third of a second on ten years of figures, however little changed.

    Raises:
        WarehouseBusy: another writer did not finish within `wait_s` seconds.
        WarehouseUnusable: the disk is nearly full, or the file is damaged.
    """
    with writer_lock(wait_s=wait_s):
        connection = _open(settings().warehouse)
        try:
            ensure_tables(connection, catalog())
            yield connection
            connection.execute(
                "CHECKPOINT" if checkpoint else "PRAGMA disable_checkpoint_on_shutdown"
            )
        finally:
            connection.close()


@contextmanager
def writer_lock(*, wait_s: float = WAIT_S) -> Iterator[None]:
    """Be the one writer, without opening the file: for dbt, which opens it itself in this process.

    Raises:
        WarehouseBusy: another writer did not finish within `wait_s` seconds.
        WarehouseUnusable: the disk is nearly full.
    """
    path = settings().warehouse
    path.parent.mkdir(parents=True, exist_ok=True)
    _check_free_space(path.parent)
    with path.with_name(f"{path.name}.lock").open("a+", encoding="ascii") as lock:
        _wait_for(lock, wait_s)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield
        # Closing the file gives the lock up; so does the end of the process, however it ends.


def replay_needed() -> bool:
    """Return whether the file is new or lost commits: then all that ever landed is looked at."""
    return _replay_marker().exists()


def replay_done() -> None:
    """Say that all that ever landed is in the file. Call only after the rows are committed."""
    _replay_marker().unlink(missing_ok=True)


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    if not path.exists():
        _replay_marker().touch()
    try:
        return _connect(path)
    except duckdb.Error as error:
        _refuse_if_open_elsewhere(path, error)
        journal = path.with_name(f"{path.name}.wal")
        if not journal.exists():
            raise WarehouseUnusable(_damaged(path, error)) from error
        _set_aside(journal, error)
    try:
        return _connect(path)
    except duckdb.Error as error:
        raise WarehouseUnusable(_damaged(path, error)) from error


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path))
    # Not as connect options: dbt opens the same file in this process, and DuckDB refuses to open
    # a file twice with different ones.
    connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
    connection.execute("set TimeZone = 'UTC'")
    connection.execute("set enable_progress_bar = false")
    return connection


def _set_aside(journal: Path, error: duckdb.Error) -> None:
    """Move a journal that cannot be replayed out of the way; landing still has what it held."""
    kept = journal.with_name(f"{journal.name}.unreadable-{time.time_ns()}")
    # The marker first: if we stop between the two, the next writer finds the same journal again.
    _replay_marker().touch()
    journal.rename(kept)
    log.warning(
        "journal set aside: %s (%s); what it held is loaded again from landing", kept, error
    )


def _refuse_if_open_elsewhere(path: Path, error: duckdb.Error) -> None:
    if "lock" in str(error).lower():
        raise WarehouseBusy(
            f"{path}: opened by another program ({error}); close it, then run the command again"
        ) from error


def _damaged(path: Path, error: duckdb.Error) -> str:
    return (
        f"{path}: cannot be opened ({error}). Move it aside and run `arobase refresh`:"
        " it is built again from the landing folder"
    )


def _replay_marker() -> Path:
    path = settings().warehouse
    return path.with_name(f"{path.name}.replay")


def _check_free_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < MINIMUM_FREE_BYTES:
        raise WarehouseUnusable(
            f"{folder}: {free // 2**20} MiB free, at least {MINIMUM_FREE_BYTES // 2**20} MiB"
            " needed to write safely; free some space, then run it again (nothing was lost)"
        )


def _wait_for(lock: IO[str], wait_s: float) -> None:
    deadline = time.monotonic() + wait_s
    told = False
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = _holder(lock)
            if time.monotonic() >= deadline:
                raise WarehouseBusy(
                    f"{lock.name}: still held by process {holder} after {wait_s:.0f} s; try again"
                    " when it has finished"
                ) from error
            if not told:
                log.info("waiting for process %s, which is writing the warehouse", holder)
                told = True
            time.sleep(0.1)
        else:
            return


def _holder(lock: IO[str]) -> str:
    lock.seek(0)
    return lock.read().strip() or "unknown"
