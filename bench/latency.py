"""From a dropped file to its figure in the published version, against an empty Airflow chain."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from arobase import inbox, pipeline
from arobase.published import Published, published
from bench.home import FIGURE, FIRST_ACCOUNTS, TOWN, drop, drop_first, temporary_home
from bench.processes import fleet, start_airflow, until
from bench.ratio import Ratio, percentile, seconds

EVENTS = int(os.environ.get("AROBASE_BENCH_EVENTS", "24"))
WARM_UP = 2
LIMIT = 3.0
LONGEST_S = 120.0
LOOK_EVERY_S = 0.02

NEWEST = """
select value from indicator_values
where city_id = $city_id and indicator_id = $indicator_id
order by period_end desc limit 1
"""


@dataclass(slots=True)
class Figure:
    """Drops files of one account each, and waits until the published figure counts them all."""

    figures: Published
    dropped: int = FIRST_ACCOUNTS

    def __call__(self) -> None:
        """Drop one more, wait for it."""
        drop(self.dropped)
        self.dropped += 1
        until(self._is_shown, LONGEST_S, every_s=LOOK_EVERY_S)

    def _is_shown(self) -> bool:
        found = self.figures.query(NEWEST, {"city_id": TOWN, "indicator_id": FIGURE})
        return float(found[0]["value"]) == self.dropped


@dataclass(slots=True)
class EmptyChain:
    """Leaves markers, and waits for the sign of the last empty task."""

    folder: Path
    marked: int = 0

    def __call__(self) -> None:
        """Leave one more, wait for its sign."""
        self.marked += 1
        marker = self.folder / "inbox" / "empty" / "chain" / f"{self.marked}.ready"
        marker.parent.mkdir(parents=True, exist_ok=True)
        marker.touch()
        until(self._is_shown, LONGEST_S, every_s=LOOK_EVERY_S)

    def _is_shown(self) -> bool:
        return len(list((self.folder / "shown").glob("*"))) >= self.marked


def measure(events: int = EVENTS) -> list[Ratio]:
    """Return the 95th percentile of both, events of the two kinds taken in turn."""
    with temporary_home() as home:
        drop_first()
        inbox.claim()
        pipeline.refresh()
        with fleet() as started:
            start_airflow(started)
            ours, floor = Figure(published()), EmptyChain(home / "bench")
            pairs = [_pair(ours, floor) for _ in range(WARM_UP + events)][WARM_UP:]
    figures, empties = [a for a, _ in pairs], [b for _, b in pairs]
    note = f"{events} events, in turn; p50 {percentile(figures, 0.5):.1f} s"
    note += f" against {percentile(empties, 0.5):.1f} s"
    p95s = percentile(figures, 0.95), percentile(empties, 0.95)
    return [Ratio("event to published figure, p95", *p95s, "s", LIMIT, note=note)]


def _pair(ours: Callable[[], None], floor: Callable[[], None]) -> tuple[float, float]:
    taken = seconds(ours)
    _wait_a_little()
    empty = seconds(floor)
    _wait_a_little()
    return taken, empty


def _wait_a_little() -> None:
    """Let the last run end, and meet the scheduler's and the clock's minute anywhere."""
    time.sleep(random.uniform(1.0, 3.0))
