"""What the stand-ins share: the seed, a clock that can be set, faults asked for, counters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal

from arobase.sandbox.towns import PARIS

Fault = Literal[
    "down",
    "slow",
    "rate_limited",
    "expired_token",
    "changed_format",
    "truncated",
    "html_login",
    "retired_metric",
]


@dataclass(slots=True)
class Faults:
    """The faults asked for, by source."""

    _active: dict[str, tuple[Fault, int | None]] = field(default_factory=dict)

    def set(self, source: str, fault: Fault | None, count: int | None = None) -> None:
        """Give a source a fault for `count` requests (None: until it is taken back with None)."""
        self._active.pop(source, None)
        if fault is not None:
            self._active[source] = (fault, count)

    def take(self, source: str) -> Fault | None:
        """Return the fault the next request of a source meets, and count it."""
        fault, left = self._active.get(source, (None, None))
        if left is not None:
            self.set(source, fault if left > 1 else None, left - 1)
        return fault

    def state(self) -> dict[str, dict[str, object]]:
        """Return the faults still active."""
        return {source: {"fault": f, "count": n} for source, (f, n) in sorted(self._active.items())}


@dataclass(slots=True)
class World:
    """One running sandbox."""

    seed: int
    real_now: Callable[[], datetime]
    override: datetime | None = None
    faults: Faults = field(default_factory=Faults)
    calls: Counter[tuple[str, ...]] = field(default_factory=Counter)
    last_drops: dict[str, datetime] = field(default_factory=dict)

    def now(self) -> datetime:
        """Return the sandbox's instant, UTC."""
        return (self.override or self.real_now()).astimezone(UTC)

    def today(self) -> date:
        """Return the sandbox's day in Paris."""
        return self.now().astimezone(PARIS).date()

    def used(self, *key: str) -> int:
        """Count one more call under a key, and return how many there were."""
        self.calls[key] += 1
        return self.calls[key]
