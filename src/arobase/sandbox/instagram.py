"""Stand-in of the Graph API for an Instagram professional account: the account and its insights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox import graph, insights
from arobase.sandbox.graph import GraphError
from arobase.sandbox.model import level
from arobase.sandbox.towns import START, TOWNS, Level, Town
from arobase.sandbox.world import World

SOURCE = "instagram"
_ACCOUNTS = {town.account_id: town for town in TOWNS.values() if town.instagram_followers}

TOTALS: Mapping[str, insights.Series] = MappingProxyType(
    {
        "views": insights.account_flow("views", 0.55),
        "accounts_engaged": insights.account_flow("accounts_engaged", 0.028),
        "total_interactions": insights.account_flow("total_interactions", 0.047),
        "likes": insights.account_flow("likes", 0.038),
        "comments": insights.account_flow("comments", 0.003),
        "saves": insights.account_flow("saves", 0.002),
        "shares": insights.account_flow("shares", 0.004),
        "profile_links_taps": insights.account_flow("profile_links_taps", 0.001),
    }
)
SERIES: Mapping[str, insights.Series] = MappingProxyType(
    {
        "reach": insights.account_flow("reach", 0.24),
        "follower_count": insights.account_flow("follower_count", 0.0014),
    }
)
_NEED_TOTAL = frozenset(TOTALS)


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of this service."""

    def account(request: Request) -> Response:
        return _answer(world, request, _account)

    def account_insights(request: Request) -> Response:
        return _answer(world, request, _insights)

    return [
        Route("/{version}/{node}", account),
        Route("/{version}/{node}/insights", account_insights),
    ]


def rate_limited(world: World, request: Request) -> Response:
    """Answer as over the account's limit."""
    return graph.refusal(
        world, graph.throttled(world, _ACCOUNTS.get(graph.node_of(request)), "instagram")
    )


def expired_token(world: World, request: Request) -> Response:
    """Answer as with a token that ended."""
    return graph.refusal(world, graph.expired(world))


def retired_metric(world: World, request: Request) -> Response | None:
    """Answer as if a metric of the call had been retired; other calls are not concerned."""
    if not request.url.path.endswith("/insights"):
        return None
    allowed = ", ".join((*SERIES, *TOTALS))
    message = f"(#100) metric[0] must be one of the following values: {allowed}"
    return graph.refusal(world, GraphError(message, 100))


Answer = Callable[[World, Request, Town], dict[str, Any]]


def _answer(world: World, request: Request, answer: Answer) -> Response:
    town = _ACCOUNTS.get(request.path_params["node"])
    try:
        graph.check_parameters(request)
        graph.check_token(request, town, SOURCE, list(_ACCOUNTS.values()))
        if town is None:
            raise graph.missing(request.path_params["node"])
        body = answer(world, request, town)
    except GraphError as error:
        return graph.refusal(world, error)
    return JSONResponse(body, headers=graph.usage_headers(world, town, "instagram"))


def _account(world: World, request: Request, town: Town) -> dict[str, Any]:
    day = world.today()
    record = {
        "id": town.account_id,
        "username": town.handle,
        "name": f"Ville de {town.name}",
        "followers_count": followers(world, town, day),
        "follows_count": 180 + len(town.name),
        "media_count": max(0, 410 + (day - START).days * 3 // 7),
        "biography": None,
        "website": None,
    }
    return graph.select(record, graph.wanted(request.query_params.get("fields", "")), ())


def followers(world: World, town: Town, day: date) -> int:
    """Return the followers of a town's account on a day."""
    return level(world.seed, town, "instagram", town.instagram_followers or Level(0, 0), day)


def _insights(world: World, request: Request, town: Town) -> dict[str, Any]:
    names = insights.metrics_asked(request)
    since, until = insights.window(request, world.now(), largest=30)
    total = request.query_params.get("metric_type") == "total_value"
    _check_metrics(names, total=total)
    days = insights.days_measured(since, until, world.now())
    data = [metric for name in names if (metric := _metric(world, town, name, days, total=total))]
    base = str(request.url.replace(query=""))
    return (
        {"data": data, "paging": insights.paging(request, base, since, until)}
        if data
        else {"data": []}
    )


def _check_metrics(names: list[str], *, total: bool) -> None:
    for index, name in enumerate(names):
        if name not in TOTALS and name not in SERIES:
            allowed = ", ".join((*SERIES, *TOTALS))
            raise GraphError(
                f"(#100) metric[{index}] must be one of the following values: {allowed}", 100
            )
    needing = [name for name in names if name in _NEED_TOTAL]
    if needing and not total:
        raise GraphError(
            f"(#100) The following metrics ({', '.join(needing)}) should be specified with "
            "parameter metric_type=total_value",
            100,
        )


def _metric(
    world: World, town: Town, name: str, days: list[date], *, total: bool
) -> dict[str, Any] | None:
    if name == "follower_count":
        recent = [day for day in days if (world.today() - day).days <= 30]
        if total or not recent or followers(world, town, world.today()) < 100:
            return None
        days = recent
    if not days:
        return None
    series = SERIES.get(name) or TOTALS[name]
    points = [(day, series(world.seed, town, day)) for day in days]
    metric = insights.daily(town.account_id, name, "day", points)
    if total:
        del metric["values"]
        metric["total_value"] = {"value": sum(value for _, value in points)}
    return metric
