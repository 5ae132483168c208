"""Stand-in of the Brevo API v3: lists (zeros in the collection, figures one by one), campaigns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox.model import level, unit
from arobase.sandbox.towns import PARIS, TOWNS, Town
from arobase.sandbox.world import World

SOURCE = "brevo"
_NAMES = ("Newsletter municipale", "Agenda culturel")
_CALLS_AN_HOUR = 100
_CONTACT_CALLS_AN_HOUR = 36_000
_STATISTICS = ("globalStats", "linksStats", "statsByDomain", "statsByDevice", "statsByBrowser")
_BY_SECRET = {town.secret(SOURCE): town for town in TOWNS.values() if town.newsletters}
_ZEROS: Mapping[str, int] = MappingProxyType(
    dict.fromkeys(
        (
            "uniqueClicks",
            "clickers",
            "complaints",
            "delivered",
            "sent",
            "softBounces",
            "hardBounces",
            "uniqueViews",
            "trackableViews",
            "unsubscriptions",
            "viewed",
            "trackableViewsRate",
            "estimatedViews",
            "opensRate",
            "appleMppOpens",
            "returnBounce",
        ),
        0,
    )
)


_LIST_FIGURES = (
    "uniqueClicks",
    "clickers",
    "complaints",
    "delivered",
    "sent",
    "softBounces",
    "hardBounces",
    "uniqueViews",
    "trackableViews",
    "unsubscriptions",
    "viewed",
)


class BrevoError(Exception):
    """An error of the API: its code, and the HTTP status."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message}
        self.status = status


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of this service."""
    contacts = ("contacts", _CONTACT_CALLS_AN_HOUR)
    others = ("others", _CALLS_AN_HOUR)
    return [
        Route("/v3/contacts/lists", _answering(world, contacts, _lists)),
        Route("/v3/contacts/lists/{list_id}", _answering(world, contacts, _list)),
        Route("/v3/emailCampaigns", _answering(world, others, _campaigns)),
        Route("/v3/emailCampaigns/{campaign_id}", _answering(world, others, _campaign)),
        Route("/v3/account", _answering(world, others, _account)),
    ]


def rate_limited(world: World, request: Request) -> Response:
    """Answer as over the hourly limit."""
    body = {"code": "too_many_requests", "message": "You have exceeded the rate limit"}
    return JSONResponse(body, 429, headers=_limit_headers(world, _CALLS_AN_HOUR, _CALLS_AN_HOUR))


def expired_token(world: World, request: Request) -> Response:
    """Answer as with a key that ended: the same code as for an unknown server address."""
    return JSONResponse({"message": "Key not found", "code": "unauthorized"}, 401)


Answer = Callable[[World, Request, Town], dict[str, Any]]


def _answering(
    world: World, limit: tuple[str, int], answer: Answer
) -> Callable[[Request], Response]:
    group, calls_an_hour = limit

    def endpoint(request: Request) -> Response:
        try:
            town = _owner(request)
            used = world.used(SOURCE, town.id, group, f"{world.now():%Y-%m-%dT%H}")
            if used > calls_an_hour:
                return rate_limited(world, request)
            headers = _limit_headers(world, calls_an_hour, used)
            return JSONResponse(answer(world, request, town), headers=headers)
        except BrevoError as error:
            return JSONResponse(error.body, error.status)

    return endpoint


def _owner(request: Request) -> Town:
    key = request.headers.get("api-key")
    if key is None:
        raise BrevoError("unauthorized", "authentication not found in headers", 401)
    if key not in _BY_SECRET:
        raise BrevoError("unauthorized", "Key not found", 401)
    return _BY_SECRET[key]


def _limit_headers(world: World, limit: int, used: int) -> dict[str, str]:
    now = world.now()
    return {
        "x-sib-ratelimit-limit": str(limit),
        "x-sib-ratelimit-remaining": str(max(0, limit - used)),
        "x-sib-ratelimit-reset": str(3600 - now.minute * 60 - now.second),
    }


def _page(
    request: Request, items: list[dict[str, Any]], *, default: int, largest: int
) -> list[dict[str, Any]]:
    limit = _whole(request, "limit", default)
    offset = _whole(request, "offset", 0)
    if limit > largest:
        raise BrevoError("out_of_range", "limit exceeds max value", 400)
    if request.query_params.get("sort", "desc") == "desc":
        items = items[::-1]
    return items[offset : offset + limit]


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isdigit():
        raise BrevoError("invalid_parameter", f"{name} should be a positive integer", 400)
    return int(text)


def _lists(world: World, request: Request, town: Town) -> dict[str, Any]:
    lists = [_card(world, town, number) for number in sorted(town.newsletters)]
    # Since June 2021 the collection gives 0 here; only one list asked alone gives its figures.
    blank = [one | {"totalSubscribers": 0, "totalBlacklisted": 0} for one in lists]
    return {"lists": _page(request, blank, default=10, largest=50), "count": len(lists)}


def _list(world: World, request: Request, town: Town) -> dict[str, Any]:
    text = request.path_params["list_id"]
    if not text.isdigit():
        raise BrevoError("invalid_parameter", "Invalid list id", 400)
    if int(text) not in town.newsletters:
        raise BrevoError("document_not_found", "List ID does not exist", 404)
    return _card(world, town, int(text)) | {
        "createdAt": "2018-02-01T10:00:00.000+01:00",
        "dynamicList": False,
    }


def _card(world: World, town: Town, number: int) -> dict[str, Any]:
    subscribers = _subscribers(world, town, number, world.today())
    blacklisted = round(subscribers * 0.041)
    return {
        "id": number,
        "name": _NAMES[sorted(town.newsletters).index(number)],
        "folderId": 1,
        "uniqueSubscribers": subscribers + blacklisted,
        "totalSubscribers": subscribers,
        "totalBlacklisted": blacklisted,
    }


def _subscribers(world: World, town: Town, number: int, day: date) -> int:
    return level(world.seed, town, f"newsletter/{number}", town.newsletters[number], day)


def _account(world: World, request: Request, town: Town) -> dict[str, Any]:
    return {"email": f"communication@{town.handle}.example", "companyName": f"Ville de {town.name}"}


def _campaigns(world: World, request: Request, town: Town) -> dict[str, Any]:
    if ("startDate" in request.query_params) != ("endDate" in request.query_params):
        raise BrevoError("missing_parameter", "startDate and endDate must be given together", 400)
    asked = request.query_params.get("statistics", "")
    if asked and asked not in _STATISTICS:
        raise BrevoError("invalid_parameter", "statistics is invalid", 400)
    sent = [day for day in sending_days(world.now()) if _is_asked(request, world, day)]
    campaigns = [_letter(world, town, day, asked) for day in sent]
    page = _page(request, campaigns, default=50, largest=100)
    return {"count": len(campaigns), "campaigns": page} if campaigns else {"count": 0}


def _campaign(world: World, request: Request, town: Town) -> dict[str, Any]:
    asked = request.query_params.get("statistics", "globalStats")
    for day in sending_days(world.now()):
        if str(_campaign_id(town, day)) == request.path_params["campaign_id"]:
            return _letter(world, town, day, asked)
    raise BrevoError("document_not_found", "Campaign ID does not exist", 404)


def sending_days(now: datetime) -> list[date]:
    """Return the days a letter went out: the first and third Thursday of each month, from 2019."""
    first = date(2019, 1, 3)
    weeks = (now.date() - first).days // 7 + 1
    thursdays = (first + timedelta(weeks=number) for number in range(weeks))
    return [day for day in thursdays if (day.day - 1) // 7 in (0, 2) and _sent_at(day) <= now]


def _by_list(stats: Mapping[str, Any]) -> dict[str, Any]:
    """Return the figures of one list: fewer than the campaign's, and `deferred` besides."""
    return {name: stats[name] for name in _LIST_FIGURES} | {"deferred": 0}


def _sent_at(day: date) -> datetime:
    return datetime.combine(day, time(10), PARIS)


def _is_asked(request: Request, world: World, day: date) -> bool:
    if request.query_params.get("status", "sent") != "sent":
        return False
    start = request.query_params.get("startDate", "")[:10]
    end = request.query_params.get("endDate", "")[:10] or f"{world.today()}"
    return start <= day.isoformat() <= end


def _campaign_id(town: Town, day: date) -> int:
    return (day - date(2019, 1, 1)).days * 10 + min(town.newsletters) % 10


def _letter(world: World, town: Town, day: date, asked: str) -> dict[str, Any]:
    number = min(town.newsletters)
    stats = _statistics(world, town, day)
    sent = _sent_at(day)
    return {
        "id": _campaign_id(town, day),
        "name": f"Lettre du {day:%d/%m/%Y}",
        "type": "classic",
        "status": "sent",
        "subject": f"La lettre de {town.name}",
        "createdAt": _stamp(sent - timedelta(days=1)),
        "modifiedAt": _stamp(sent - timedelta(hours=1)),
        "sentDate": _stamp(sent),
        "recipients": {"lists": [number], "exclusionLists": []},
        "statistics": {
            # Zeros, not an absence, when the figures were not asked for.
            "globalStats": dict(stats if asked == "globalStats" else _ZEROS),
            "campaignStats": [{"listId": number} | _by_list(stats)],
            "mirrorClick": 0,
            "remaining": 0,
            "linksStats": {},
            "statsByDomain": {},
        },
    }


def _statistics(world: World, town: Town, day: date) -> dict[str, Any]:
    sent = _subscribers(world, town, min(town.newsletters), day)
    age = min(1.0, ((world.today() - day).days + 0.6) / 6)
    luck = unit(world.seed, town.id, "letter", day)
    hard, soft = round(sent * 0.004), round(sent * 0.008)
    delivered = sent - hard - soft
    opened = round(delivered * (0.33 + 0.12 * luck) * age)
    clicked = round(opened * (0.08 + 0.05 * luck))
    return dict(_ZEROS) | {
        "sent": sent,
        "delivered": delivered,
        "hardBounces": hard,
        "softBounces": soft,
        "uniqueViews": opened,
        "viewed": round(opened * 1.55),
        "trackableViews": round(opened * 0.75),
        "appleMppOpens": round(opened * 0.25),
        "uniqueClicks": clicked,
        "clickers": round(clicked * 1.3),
        "unsubscriptions": round(delivered * 0.0018 * age),
        "opensRate": round(100 * opened / delivered, 2),
    }


def _stamp(instant: datetime) -> str:
    return instant.isoformat(timespec="milliseconds")
