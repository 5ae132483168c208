"""The faults a stand-in can be given, as answers: what a client meets on a bad day."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from arobase.sandbox.world import Fault, World

SLOW_SECONDS = 3.0
_LOGIN = """<!DOCTYPE html>
<html lang="fr"><head><meta charset="utf-8"><title>Connexion</title></head>
<body><form method="post" action="/login"><label>Identifiant <input name="user"></label>
<label>Mot de passe <input name="password" type="password"></label>
<button>Se connecter</button></form></body></html>
"""


Refusal = Callable[[World, Request], Response | None]


class Troubled:
    """ASGI middleware that gives a source's requests the faults asked for."""

    def __init__(
        self, app: ASGIApp, world: World, refusals: Mapping[tuple[str, Fault], Refusal]
    ) -> None:
        self._app = app
        self._world = world
        self._refusals = refusals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, well or badly."""
        source = (
            scope.get("path", "").strip("/").partition("/")[0] if scope["type"] == "http" else ""
        )
        fault = self._world.faults.take(source) if source else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        response = await self._answer(fault, source, scope, receive)
        await response(scope, receive, send)

    async def _answer(self, fault: Fault, source: str, scope: Scope, receive: Receive) -> Response:
        request = Request(scope, receive)
        if fault == "down":
            return HTMLResponse("<html><body><h1>503 Service Unavailable</h1></body></html>", 503)
        if fault == "html_login":
            return HTMLResponse(_LOGIN)
        refusal = self._refusals.get((source, fault))
        refused = refusal(self._world, request) if refusal else None
        if refused is not None:
            return refused
        if fault == "slow":
            await asyncio.sleep(SLOW_SECONDS)
        return _spoilt(fault, await self._ordinary(scope, receive))

    async def _ordinary(self, scope: Scope, receive: Receive) -> Response:
        chunks: list[bytes] = []
        start: MutableMapping[str, Any] = {}

        async def send(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
            else:
                chunks.append(message.get("body", b""))

        await self._app(scope, receive, send)
        response = Response(b"".join(chunks), start["status"])
        response.raw_headers = [pair for pair in start["headers"] if pair[0] != b"content-length"]
        return response


def _spoilt(fault: Fault, response: Response) -> Response:
    body = bytes(response.body)
    if fault == "truncated":
        body = body[: len(body) // 2]
    if fault == "changed_format":
        body = _reshaped(body)
    spoilt = Response(body, response.status_code)
    length = [(b"content-length", str(len(body)).encode())]
    spoilt.raw_headers = [*response.raw_headers, *length]
    return spoilt


def _reshaped(body: bytes) -> bytes:
    """Return the same facts in a shape nobody announced: JSON wrapped, a table's header renamed."""
    try:
        return json.dumps({"apiVersion": "next", "payload": {"items": [json.loads(body)]}}).encode()
    except ValueError:
        header, newline, rest = body.partition(b"\n")
        return header.replace(b"_", b"-").upper() + newline + rest


def unauthorized(world: World, request: Request) -> Response:
    """Answer as a service that asks for no token, once it starts asking."""
    return JSONResponse({"error": "Authentication required"}, 401)
