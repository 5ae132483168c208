"""What a measurement is, and how it is taken on a noisy machine: in turn, by medians."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Ratio:
    """One figure: what we take, what the floor takes, and the limit their ratio must keep to."""

    name: str
    ours: float
    floor: float
    unit: str
    limit: float
    at_most: bool = True
    """Whether the ratio may not exceed the limit (a time) or not fall below it (a speed)."""

    note: str = ""

    @property
    def ratio(self) -> float:
        """Ours over the floor."""
        return self.ours / self.floor

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        return self.ratio <= self.limit if self.at_most else self.ratio >= self.limit

    def as_record(self) -> dict[str, object]:
        """Return the figure as JSON-ready values."""
        return asdict(self) | {"ratio": round(self.ratio, 3), "holds": self.holds}


def seconds(action: Callable[[], object]) -> float:
    """Return how long one call takes, in seconds of the wall clock."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(
    ours: Callable[[], object], floor: Callable[[], object], *, rounds: int = 5
) -> tuple[float, float]:
    """Return the median seconds of both, measured alternately so that a slow minute hits both."""
    pairs = [(seconds(ours), seconds(floor)) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` of the values fall (nearest rank)."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
