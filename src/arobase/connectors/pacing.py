"""Pacing: no more calls than a source allows, for one host and one secret."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from arobase.catalog.models import RateLimit

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Pacer(AbstractAsyncContextManager[None]):
    """Lets a call through when fewer than `requests` were let through in the last `per_seconds`.

    The window slides, so that no window of that length ever holds more, bursts included.
    """

    def __init__(self, limit: RateLimit | None, clock: Clock, sleep: Sleep) -> None:
        self._per_seconds = limit.per_seconds if limit else 0.0
        self._starts: deque[float] = deque(maxlen=limit.requests if limit else 1)
        self._places = asyncio.Semaphore(limit.concurrent if limit else 4)
        self._held_until = float("-inf")
        self._clock = clock
        self._sleep = sleep

    async def __aenter__(self) -> None:
        await self._places.acquire()
        is_through = False
        try:
            if (seconds := self._reserve() - self._clock()) > 0:
                await self._sleep(seconds)
            is_through = True
        finally:
            if not is_through:
                self._places.release()

    async def __aexit__(self, *_: object) -> None:
        self._places.release()

    def hold(self, seconds: float) -> None:
        """Let nothing through for so long: the publisher asked for it."""
        self._held_until = max(self._held_until, self._clock() + seconds)

    def _reserve(self) -> float:
        start = max(self._clock(), self._held_until)
        if len(self._starts) == self._starts.maxlen:
            start = max(start, self._starts[0] + self._per_seconds)
        self._starts.append(start)
        return start


class VirtualTime:
    """A clock that waiting moves at once, for replaying history and for tests."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.waits: list[float] = []

    def clock(self) -> float:
        """Return the seconds waited so far."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Let the time pass, without waiting."""
        self.waits.append(seconds)
        self.seconds += seconds
        await asyncio.sleep(0)
