"""Stand-in of an Opendatasoft portal (Explore API v2.1): catalogue, records, exports, limits."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox import odsql
from arobase.sandbox.datasets import cards, rows
from arobase.sandbox.towns import TOWNS, Town
from arobase.sandbox.world import World

SOURCE = "opendatasoft"
CALLS_A_DAY = 10_000
WINDOW = 10_000
_JSON = "application/json; charset=utf-8"


@dataclass(slots=True)
class OdsError(Exception):
    """An error of the API."""

    status: int
    code: str
    message: str


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of this service; each town has its own portal."""
    base = "/{town}/api/explore/v2.1/catalog"
    return [
        Route(f"{base}/datasets", _answering(world, _datasets)),
        Route(f"{base}/exports/json", _answering(world, _export)),
        Route(f"{base}/datasets/{{dataset}}", _answering(world, _dataset)),
        Route(f"{base}/datasets/{{dataset}}/records", _answering(world, _records)),
        Route(f"{base}/datasets/{{dataset}}/exports/{{kind}}", _answering(world, _records_export)),
        Route("/{town}/{rest:path}", _answering(world, _nowhere)),
    ]


def rate_limited(world: World, request: Request) -> Response:
    """Answer as over the day's quota: another envelope than the other errors."""
    reset = _midnight(world)
    body = {
        "errorcode": 10002,
        "reset_time": f"{reset:%Y-%m-%dT%H:%M:%SZ}",
        "limit_time_unit": "day",
        "call_limit": CALLS_A_DAY,
        "error": "Too many requests on the domain. Please contact the domain administrator.",
    }
    return JSONResponse(body, 429, headers=_headers(world, CALLS_A_DAY))


Answer = Callable[[World, Request, Town], Any]


def _answering(world: World, answer: Answer) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        town = TOWNS.get(request.path_params["town"])
        if town is None or not town.datasets:
            return JSONResponse({"error": "Unknown domain"}, 404)
        used = world.used(SOURCE, town.id, str(world.now().date()))
        if used > CALLS_A_DAY:
            return rate_limited(world, request)
        status, body = 200, None
        try:
            body = answer(world, request, town)
        except OdsError as error:
            status, body = error.status, {"error_code": error.code, "message": error.message}
        if isinstance(body, Response):
            body.headers.update(_headers(world, used))
            return body
        return JSONResponse(body, status, media_type=_JSON, headers=_headers(world, used))

    return endpoint


def _midnight(world: World) -> datetime:
    return datetime.combine(world.now().date() + timedelta(days=1), time(), UTC)


def _headers(world: World, used: int) -> dict[str, str]:
    return {
        "X-RateLimit-Limit": str(CALLS_A_DAY),
        "X-RateLimit-Remaining": str(max(0, CALLS_A_DAY - used)),
        "X-RateLimit-Reset": f"{_midnight(world):%Y-%m-%d %H:%M:%S}+00:00",
        "Cache-Control": "no-cache, no-store",
        "Access-Control-Allow-Origin": "*",
    }


def _window(request: Request) -> tuple[int, int]:
    limit = _whole(request, "limit", 10)
    offset = _whole(request, "offset", 0)
    if not -1 <= limit <= 100:
        raise _invalid("limit", limit, "-1 <= limit <= 100")
    if offset < 0 or offset + limit > WINDOW:
        raise _invalid("offset", offset, f"0 <= offset <= {WINDOW - max(0, limit)}")
    return offset, offset + (100 if limit == -1 else limit)


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    try:
        return int(text)
    except ValueError as error:
        raise _invalid(name, text, "an integer") from error


def _invalid(name: str, value: object, expected: str) -> OdsError:
    message = (
        f"Invalid value for {name} API parameter: {value} was found but {expected} is expected."
    )
    return OdsError(400, "InvalidRESTParameterError", message)


def _datasets(world: World, request: Request, town: Town) -> Any:
    start, end = _window(request)
    found = _asked(request, cards(world.seed, town, world.now()))
    return {"total_count": len(found), "results": _shown(request, found[start:end])}


def _asked(request: Request, found: list[odsql.Card]) -> list[odsql.Card]:
    """Filter and order cards; several `where` and `refine` are joined by "and"."""
    try:
        for clause in request.query_params.getlist("where"):
            found = odsql.matching(found, clause)
        for facet in request.query_params.getlist("refine"):
            name, _, wanted = facet.partition(":")
            found = odsql.matching(found, f"{name}='{wanted}'")
        if order := request.query_params.get("order_by"):
            found = odsql.ordered(found, order)
    except odsql.OdsqlError as error:
        raise OdsError(400, error.code, error.message) from error
    return found


def _shown(request: Request, found: list[odsql.Card]) -> list[odsql.Card]:
    select = request.query_params.get("select")
    if not select:
        return found
    try:
        return [odsql.selected(card, select) for card in found]
    except odsql.OdsqlError as error:
        raise OdsError(400, error.code, error.message) from error


def _dataset(world: World, request: Request, town: Town) -> Any:
    dataset = request.path_params["dataset"]
    for card in cards(world.seed, town, world.now()):
        if card["dataset_id"] == dataset:
            return card
    raise OdsError(404, "NotFoundResource", f"The requested dataset {dataset} does not exist.")


def _open_rows(world: World, request: Request, town: Town) -> list[dict[str, Any]]:
    card = _dataset(world, request, town)
    if not card["data_visible"]:
        raise OdsError(
            403, "ForbiddenAccess", "You don't have permission to access the requested resource"
        )
    return rows(world.seed, card["dataset_id"], card["metas"]["default"]["records_count"])


def _records(world: World, request: Request, town: Town) -> Any:
    start, end = _window(request)
    found = _open_rows(world, request, town)
    return {"total_count": len(found), "results": found[start:end]}


def _records_export(world: World, request: Request, town: Town) -> Any:
    found = _open_rows(world, request, town)
    kind = request.path_params["kind"]
    if kind == "json":
        return found
    if kind == "jsonl":
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in found)
        return Response(text, media_type="application/jsonl")
    if kind != "csv":
        raise OdsError(404, "NotFoundURI", "The requested URI does not exist.")
    names = list(found[0])
    lines = [";".join(names), *(";".join(str(row[name]) for name in names) for row in found)]
    return Response("\ufeff" + "\r\n".join(lines) + "\r\n", media_type="text/csv; charset=utf-8")


def _export(world: World, request: Request, town: Town) -> Any:
    return _asked(request, cards(world.seed, town, world.now()))


def _nowhere(world: World, request: Request, town: Town) -> Any:
    raise OdsError(404, "NotFoundURI", "The requested URI does not exist.")
