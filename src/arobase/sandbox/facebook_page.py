"""Stand-in of the Graph API for a Facebook Page: the Page, its insights, its conversations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox import graph, insights
from arobase.sandbox.conversations import Conversation, Message, conversations
from arobase.sandbox.graph import GraphError, Wanted
from arobase.sandbox.model import level
from arobase.sandbox.towns import TOWNS, Town
from arobase.sandbox.world import World

SOURCE = "facebook_page"
DETAILED_MESSAGES = 20
HEAVY_LIMIT = 50
_PAGES = {town.page_id: town for town in TOWNS.values()}

SERIES: Mapping[str, insights.Series] = MappingProxyType(
    {
        "page_media_view": insights.flow("page_media_view", 0.42),
        "page_total_media_view_unique": insights.flow("page_total_media_view_unique", 0.19),
        "page_post_engagements": insights.flow("page_post_engagements", 0.031),
        "page_views_total": insights.flow("page_views_total", 0.024),
        "page_video_views": insights.flow("page_video_views", 0.11),
        "page_daily_follows_unique": insights.flow("page_daily_follows_unique", 0.0011),
        "page_daily_unfollows_unique": insights.flow("page_daily_unfollows_unique", 0.0007),
        "page_messages_new_conversations_unique": insights.flow("page_messages", 0.0004),
    }
)


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of this service."""
    return [
        Route("/{version}/{node}", _answering(world, _node)),
        Route("/{version}/{node}/insights", _answering(world, _insights)),
        Route("/{version}/{node}/conversations", _answering(world, _conversations)),
    ]


def rate_limited(world: World, request: Request) -> Response:
    """Answer as over the Page's limit."""
    return graph.refusal(
        world, graph.throttled(world, _PAGES.get(graph.node_of(request)), "facebook")
    )


def expired_token(world: World, request: Request) -> Response:
    """Answer as with a token that ended."""
    return graph.refusal(world, graph.expired(world))


def retired_metric(world: World, request: Request) -> Response | None:
    """Answer as if a metric of the call had been retired; other calls are not concerned."""
    if not request.url.path.endswith("/insights"):
        return None
    return graph.refusal(world, GraphError(insights.DEAD_METRIC, 100))


Answer = Callable[[World, Request, Town], dict[str, Any]]


def _answering(world: World, answer: Answer) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        node = request.path_params["node"]
        town = _PAGES.get(node) or _owner_of(node)
        try:
            graph.check_parameters(request)
            graph.check_token(request, town, SOURCE, list(TOWNS.values()))
            if town is None:
                raise graph.missing(node)
            return JSONResponse(
                answer(world, request, town), headers=graph.usage_headers(world, town, "facebook")
            )
        except GraphError as error:
            return graph.refusal(world, error)

    return endpoint


def _owner_of(node: str) -> Town | None:
    """Return the town of a conversation or message id, which holds its INSEE code."""
    codes = {town.insee_code: town for town in TOWNS.values()}
    return codes.get(node[2:7]) if node[:2] in ("t_", "m_") else None


def _node(world: World, request: Request, town: Town) -> dict[str, Any]:
    node = request.path_params["node"]
    fields = graph.wanted(request.query_params.get("fields", ""))
    if node == town.page_id:
        return graph.select(_page(world, town), fields, ("name",))
    threads = conversations(world.seed, town, world.now())
    for thread in threads:
        if thread.id == node:
            return _conversation(request, town, thread, fields)
        if node.startswith(f"m_{thread.id[2:]}"):
            return _message_alone(town, thread, node, fields)
    raise graph.missing(node)


def _page(world: World, town: Town) -> dict[str, Any]:
    followers = level(world.seed, town, "facebook", town.facebook_followers, world.today())
    return {
        "id": town.page_id,
        "name": f"Ville de {town.name}",
        "username": town.handle,
        "link": f"https://www.facebook.com/{town.handle}",
        "followers_count": followers,
        "fan_count": round(followers * 0.953),
        "talking_about_count": round(followers * 0.021),
        "category": "City",
        "about": None,
        "website": f"https://www.ville-{town.handle.removeprefix('villede')}.example/",
        "displayed_message_response_time": "AUTOMATIC",
        "unread_message_count": followers % 7,
    }


def _insights(world: World, request: Request, town: Town) -> dict[str, Any]:
    names = insights.metrics_asked(request)
    period = request.query_params.get("period", "day")
    since, until = insights.window(request, world.now(), largest=90)
    known = {*SERIES, "page_follows", "page_actions_post_reactions_total"}
    if not set(names) <= known:
        raise GraphError(insights.DEAD_METRIC, 100)
    if _page(world, town)["fan_count"] < 100:
        return {"data": []}
    days = insights.days_measured(since, until, world.now())
    data = [
        insights.daily(
            town.page_id, name, period, [(day, _value(world, town, name, day)) for day in days]
        )
        for name in names
    ]
    return {"data": data, "paging": insights.paging(request, _base(request), since, until)}


def _value(world: World, town: Town, name: str, day: date) -> int | dict[str, int]:
    if name == "page_follows":
        return level(world.seed, town, "facebook", town.facebook_followers, day)
    if name == "page_actions_post_reactions_total":
        likes = insights.flow(name, 0.012)(world.seed, town, day)
        return {"like": likes, "love": likes // 7} if likes else {}
    return SERIES[name](world.seed, town, day)


def _conversations(world: World, request: Request, town: Town) -> dict[str, Any]:
    if request.path_params["node"] != town.page_id:
        raise graph.missing(request.path_params["node"])
    fields = graph.wanted(request.query_params.get("fields", ""))
    _check_weight(request.query_params.get("limit", "25"), fields)
    threads = conversations(world.seed, town, world.now())
    page, paging = graph.page_of(request, threads, default=25, largest=100, base=_base(request))
    data = [_conversation(request, town, thread, fields) for thread in page]
    return {"data": data, "paging": paging} if data else {"data": []}


def _check_weight(limit: str, fields: tuple[Wanted, ...]) -> None:
    """Refuse more than 50 conversations with their messages at once: Meta finds that too heavy."""
    if limit.isdigit() and int(limit) > HEAVY_LIMIT and any(field.fields for field in fields):
        raise GraphError(
            "Please reduce the amount of data you're asking for, then retry your request",
            1,
            status=500,
        )


def _conversation(
    request: Request, town: Town, thread: Conversation, fields: tuple[Wanted, ...]
) -> dict[str, Any]:
    inner = next((field for field in fields if field.name == "messages"), None)
    record: dict[str, Any] = {
        "id": thread.id,
        "updated_time": graph.timestamp(thread.updated_at),
        "message_count": len(thread.messages),
        "unread_count": 0 if thread.messages[-1].from_page else 1,
        "link": f"/{town.page_id}/inbox/{thread.id[2:]}/",
        "snippet": "Bonjour",
        "messages": inner and _messages(town, thread, inner),
    }
    return graph.select(record, fields, ("updated_time",))


def _messages(town: Town, thread: Conversation, wanted: Wanted) -> dict[str, Any]:
    """The newest messages first; Meta details the last 20 only, whatever the limit."""
    limit = max(1, min(int(wanted.modifiers.get("limit", 25)), DETAILED_MESSAGES))
    newest = thread.messages[::-1][:limit]
    data = [
        graph.select(_message(town, thread, one), wanted.fields, ("created_time",))
        for one in newest
    ]
    return {"data": data, "paging": {"cursors": {"before": newest[0].id, "after": newest[-1].id}}}


def _message_alone(
    town: Town, thread: Conversation, node: str, fields: tuple[Wanted, ...]
) -> dict[str, Any]:
    for index, message in enumerate(thread.messages[::-1]):
        if message.id == node and index < DETAILED_MESSAGES:
            return graph.select(_message(town, thread, message), fields, ("created_time",))
    raise GraphError("(#100) The message has been deleted or is no longer available", 100)


def _message(town: Town, thread: Conversation, message: Message) -> dict[str, Any]:
    page = {
        "name": f"Ville de {town.name}",
        "email": f"{town.page_id}@facebook.com",
        "id": town.page_id,
    }
    citizen = {"name": "Habitant", "email": f"{thread.citizen}@facebook.com", "id": thread.citizen}
    sender, receiver = (page, citizen) if message.from_page else (citizen, page)
    return {
        "id": message.id,
        "created_time": graph.timestamp(message.at),
        "from": sender,
        "to": {"data": [receiver]},
        "message": "Texte inventé par le bac à sable",
    }


def _base(request: Request) -> str:
    return str(request.url.replace(query=""))
