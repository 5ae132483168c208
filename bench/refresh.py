"""One refresh after one new batch, on ten years of history, against the same on next to nothing."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable
from pathlib import Path

from arobase import inbox, pipeline
from bench.history import History
from bench.home import FIRST_ACCOUNTS, drop, drop_first, temporary_home, use
from bench.ratio import Ratio, in_turn

HISTORY = History(
    towns=int(os.environ.get("AROBASE_BENCH_TOWNS", "200")),
    indicators=int(os.environ.get("AROBASE_BENCH_INDICATORS", "60")),
)
LIMIT = 1.5
ROUNDS = 7


def measure(history: History = HISTORY, *, rounds: int = ROUNDS) -> list[Ratio]:
    """Return the seconds of a whole refresh (load, dbt, audit, publish) on both."""
    with temporary_home() as root:
        full, empty = root / "full", root / "empty"
        for home in (full, empty):
            use(home)
            drop_first()
            inbox.claim()
            pipeline.refresh()
        use(full)
        history.write()
        numbers = itertools.count(FIRST_ACCOUNTS)
        for home in (full, empty):
            _timed(home, numbers)()
        ours, floor = in_turn(_timed(full, numbers), _timed(empty, numbers), rounds=rounds)
    note = f"{history.rows / 1e6:.1f} M figures of history"
    return [Ratio("refresh on full history", ours, floor, "s", LIMIT, note=note)]


def _timed(home: Path, numbers: itertools.count[int]) -> Callable[[], None]:
    def refresh() -> None:
        use(home)
        _refresh_after_a_batch(next(numbers))

    return refresh


def _refresh_after_a_batch(number: int) -> None:
    drop(number)
    inbox.claim()
    report = pipeline.refresh()
    if report.load.rows_loaded != 1 or report.publish.rows_changed != 1:
        raise AssertionError(f"the refresh did not publish the one new figure: {report}")
