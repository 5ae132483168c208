"""A visitor of the sandbox, in process, and the instant whose figures are given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest

from arobase.sandbox.app import create_app

START = datetime(2020, 10, 1, 6, 0, tzinfo=UTC)


class Visitor:
    """Calls one sandbox."""

    def __init__(self, seed: int, now: datetime) -> None:
        self.app = create_app(seed, lambda: now)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        return self.call("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx2.Response:
        return self.call("POST", path, **options)

    def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        return asyncio.run(self._call(method, path, options))

    def as_town(
        self, source: str, path: str, city: str = "cachan", **params: Any
    ) -> httpx2.Response:
        token = {"Authorization": f"Bearer sandbox-{city}-{source}"}
        return self.get(f"/{source}/v25.0/{path}", headers=token, params=params)

    async def _call(self, method: str, path: str, options: dict[str, Any]) -> httpx2.Response:
        transport = httpx2.ASGITransport(self.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://sandbox") as client:
            return await client.request(method, path, **options)


@pytest.fixture
def at() -> Callable[..., Visitor]:
    """Return a visitor of a sandbox at an instant."""

    def visitor(now: datetime = START, seed: int = 2020) -> Visitor:
        return Visitor(seed, now)

    return visitor


@pytest.fixture
def sandbox() -> Visitor:
    return Visitor(2020, START)
