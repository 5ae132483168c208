"""The control plane, `/_control`: set the clock, ask for faults, drop files. JSON in, JSON out."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox import family_portal
from arobase.sandbox.family_portal import Broken
from arobase.sandbox.towns import PARIS, TOWNS, Town
from arobase.sandbox.world import Fault, World
from arobase.settings import settings


class ControlError(Exception):
    """An order that makes no sense; the message is the answer."""


def routes(world: World, sources: tuple[str, ...]) -> list[BaseRoute]:
    """Return the addresses of the control plane."""

    def state(request: Request) -> Response:
        return JSONResponse(_state(world))

    def clock(order: Mapping[str, Any]) -> dict[str, Any]:
        world.override = _instant(order.get("now"))
        return _state(world)

    def faults(order: Mapping[str, Any]) -> dict[str, Any]:
        source, fault, count = order.get("source"), order.get("fault"), order.get("count")
        if source not in sources:
            raise ControlError(f"source is {source!r}; known: {', '.join(sources)}")
        if fault is not None and fault not in get_args(Fault):
            raise ControlError(f"fault is {fault!r}; known: {', '.join(get_args(Fault))}")
        if count is not None and (not isinstance(count, int) or count < 1):
            raise ControlError(f"count is {count!r}; it is a number of requests, or null")
        world.faults.set(source, fault, count)
        return _state(world)

    return [
        Route("/_control/state", state),
        Route("/_control/clock", _order(clock), methods=["POST"]),
        Route("/_control/faults", _order(faults), methods=["POST"]),
        Route("/_control/drop", _order(lambda order: _drop(world, order)), methods=["POST"]),
    ]


def _order(act: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            order = _object(await request.body())
            return JSONResponse(await asyncio.to_thread(act, order))
        except (ControlError, json.JSONDecodeError) as error:
            return JSONResponse({"error": str(error)}, 400)

    return endpoint


def _object(body: bytes) -> Mapping[str, Any]:
    order = json.loads(body or b"{}")
    if not isinstance(order, dict):
        raise ControlError("the body is a JSON object")
    return order


def _state(world: World) -> dict[str, Any]:
    return {
        "seed": world.seed,
        "now": world.now().isoformat(),
        "clock": "set" if world.override else "real",
        "faults": world.faults.state(),
        "last_drops": {city: at.isoformat() for city, at in sorted(world.last_drops.items())},
        "cities": sorted(TOWNS),
    }


def _instant(text: object) -> datetime | None:
    if text is None:
        return None
    try:
        instant = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise ControlError(f"now is {text!r}; it is an ISO instant, or null") from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _drop(world: World, order: Mapping[str, Any]) -> dict[str, Any]:
    city = str(order.get("city"))
    if city not in TOWNS:
        raise ControlError(f"city is {city!r}; known: {', '.join(sorted(TOWNS))}")
    inbox = Path(order["inbox"]) if order.get("inbox") else default_inbox(city)
    if kind := order.get("broken"):
        if kind not in get_args(Broken):
            raise ControlError(f"broken is {kind!r}; known: {', '.join(get_args(Broken))}")
        files = [family_portal.broken_export(world.seed, city, world.now(), cast("Broken", kind))]
    else:
        files = _next_export(world, TOWNS[city], order.get("from"))
    return {"city": city, "files": [_written(inbox, name, body) for name, body in files]}


def _next_export(world: World, town: Town, asked: object) -> list[tuple[str, bytes]]:
    """Return what moved since the last drop; at first, the whole history or the last full month."""
    since = _day(asked) if asked else _since(world, town)
    files = family_portal.exports_at(world.seed, town.id, since, world.now())
    world.last_drops[town.id] = world.now()
    return files


def _since(world: World, town: Town) -> date:
    last = world.last_drops.get(town.id)
    if last is not None and last <= world.now():
        return last.astimezone(PARIS).date()
    this_month = world.today().replace(day=1)
    a_month_before = (this_month - timedelta(days=1)).replace(day=1)
    young = (world.today() - town.portal.launched).days < 100
    return town.portal.launched if young else a_month_before


def _day(text: object) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise ControlError(f"from is {text!r}; it is a day, YYYY-MM-DD") from error


def default_inbox(city_id: str) -> Path:
    """Return the folder Arobase watches for a town's family-portal files."""
    return settings().inbox / family_portal.SOURCE / city_id


def _written(inbox: Path, name: str, body: bytes) -> dict[str, Any]:
    """Write a file under a hidden name, move it in place, then say it is ready."""
    inbox.mkdir(parents=True, exist_ok=True)
    partial = inbox / f".{name}.partial"
    partial.write_bytes(body)
    path = partial.rename(inbox / name)
    (inbox / f"{name}.ready").touch()
    return {"path": str(path), "name": name, "size_bytes": len(body)}


def drop_live(world: World, city_id: str) -> None:
    """Write a small export of the last minutes into a town's inbox."""
    name, body = family_portal.live_export(world.seed, city_id, world.now())
    _written(default_inbox(city_id), name, body)
