"""Replays a source's exchanges kept in `tests/fixtures/<source>/`, in place of the network.

`exchanges.yml` says what each request is answered; the bodies are the files beside it. `{{secret}}`
in a body is the token of the pull, where a platform repeats it.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
import yaml
from pydantic import SecretStr

from arobase.catalog import City, Source, SourceScope
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Http
from arobase.connectors.pacing import VirtualTime
from arobase.connectors.registry import CONNECTORS

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
SECRET = "EAAB0secret-of-testville/0123456789"
NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)

Handler = Callable[[httpx2.Request], httpx2.Response]


def source_entry(source_id: str) -> Source:
    text = (ROOT / "catalog" / "sources" / f"{source_id}.yml").read_text("utf-8")
    return Source.model_validate(yaml.safe_load(text))


@cache
def exchanges(source_id: str) -> dict[str, Any]:
    return yaml.safe_load((FIXTURES / source_id / "exchanges.yml").read_text("utf-8"))


def feed(source_id: str, **changes: Any) -> Feed:
    source = source_entry(source_id)
    keys = exchanges(source_id).get("keys", {})
    testville = City(
        id="testville", name="Testville", insee_code="94016", sources={source_id: keys}
    )
    national = source.scope is SourceScope.national
    base = str(source.base_url or keys.get("portal_url") or keys.get("url")).rstrip("/")
    values: dict[str, Any] = {
        "source": source,
        "city": None if national else testville,
        "base_url": base,
        "now": NOW,
        "secret": SecretStr(SECRET) if source.needs_secret else None,
        "cities": (testville,) if national else (),
    }
    return Feed(**(values | changes))


class Publisher:
    """Stands in for a publisher: answers from the exchanges, and remembers what it was asked."""

    def __init__(self, source_id: str, answer: Handler | None = None) -> None:
        self.source_id = source_id
        self.requests: list[httpx2.Request] = []
        self.time = VirtualTime()
        self._answer = answer or self.recorded

    def http(self, **options: Any) -> Http:
        transport = httpx2.MockTransport(self._handle)
        clock, sleep = self.time.clock, self.time.sleep
        return Http(transport=transport, clock=clock, sleep=sleep, **options)

    def recorded(self, request: httpx2.Request) -> httpx2.Response:
        for exchange in exchanges(self.source_id)["exchanges"]:
            if _matches(exchange, request):
                return response(self.source_id, exchange)
        raise AssertionError(f"nobody should ask {request.method} {request.url}")

    def _handle(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return self._answer(request)


def failure(source_id: str, name: str) -> httpx2.Response:
    return response(source_id, exchanges(source_id)["failures"][name])


def response(source_id: str, exchange: Mapping[str, Any]) -> httpx2.Response:
    headers = {"content-type": exchange.get("type", "application/json; charset=utf-8")}
    headers |= {name: str(value) for name, value in exchange.get("headers", {}).items()}
    body = _body(FIXTURES / source_id, exchange)
    return httpx2.Response(exchange.get("status", 200), headers=headers, content=body)


def pull(publisher: Publisher, **changes: Any) -> tuple[list[Page], list[Notice]]:
    """Run one pull to its end, and return its pages and notices."""

    async def run() -> list[Page | Notice]:
        connector = CONNECTORS[publisher.source_id]
        async with publisher.http() as http:
            return [each async for each in connector.fetch(asked, http)]

    asked = feed(publisher.source_id, **changes)
    received = asyncio.run(run())
    pages = [each for each in received if isinstance(each, Page)]
    return pages, [each for each in received if isinstance(each, Notice)]


def records(source_id: str, pages: list[Page], stream: str) -> list[Mapping[str, Any]]:
    connector = CONNECTORS[source_id]
    kept = [page for page in pages if page.stream == stream]
    return [record for page in kept for record in connector.records(page)]


def _matches(exchange: Mapping[str, Any], request: httpx2.Request) -> bool:
    query = dict(request.url.params)
    asked = f"{request.method} {request.url.path}"
    return asked == exchange["ask"] and all(
        query.get(name) == value for name, value in exchange.get("with", {}).items()
    )


def _body(folder: Path, exchange: Mapping[str, Any]) -> bytes:
    if members := exchange.get("zip"):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, file in members.items():
                archive.write(folder / file, name)
        return packed.getvalue()
    if file := exchange.get("file"):
        return (folder / file).read_bytes().replace(b"{{secret}}", SECRET.encode())
    return str(exchange.get("text", "")).replace("{{secret}}", SECRET).encode()
