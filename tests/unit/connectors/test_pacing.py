"""Pacing: a window never holds more calls than a source allows."""

from __future__ import annotations

import asyncio

import pytest

from arobase.catalog.models import RateLimit
from arobase.connectors.pacing import Pacer, VirtualTime


def starts(limit: RateLimit, calls: int) -> list[float]:
    """Return when each of so many calls, all wanted at once, is let through."""
    time = VirtualTime()
    pacer = Pacer(limit, time.clock, time.sleep)
    found: list[float] = []

    async def run() -> None:
        for _ in range(calls):
            async with pacer:
                found.append(time.seconds)

    asyncio.run(run())
    return found


@pytest.mark.parametrize(("requests", "seconds"), [(2, 1.0), (1, 0.7), (60, 60.0)])
def test_no_window_holds_more_calls_than_allowed(requests, seconds):
    limit = RateLimit(requests=requests, per_seconds=seconds)

    found = starts(limit, 3 * requests + 1)

    pairs = zip(found, found[requests:], strict=False)
    assert all(later - first >= seconds - 1e-9 for first, later in pairs)
    assert found[-1] == pytest.approx(3 * seconds)


def test_a_burst_within_the_allowance_is_not_delayed():
    assert starts(RateLimit(requests=10, per_seconds=1), 10) == [0.0] * 10


def test_no_more_calls_run_together_than_allowed():
    time = VirtualTime()
    pacer = Pacer(RateLimit(requests=100, per_seconds=1, concurrent=2), time.clock, time.sleep)
    running, most = 0, 0

    async def call() -> None:
        nonlocal running, most
        async with pacer:
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    async def run() -> None:
        await asyncio.gather(*(call() for _ in range(10)))

    asyncio.run(run())

    assert most == 2


def test_a_hold_delays_the_next_call():
    time = VirtualTime()
    pacer = Pacer(RateLimit(requests=10, per_seconds=1), time.clock, time.sleep)

    async def run() -> None:
        pacer.hold(30)
        async with pacer:
            pass

    asyncio.run(run())

    assert time.seconds == 30
