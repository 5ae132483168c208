"""Page and account insights: windows, dead metrics, and days that end at midnight in California."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request

from arobase.sandbox.graph import PACIFIC, GraphError, end_time, token_of
from arobase.sandbox.model import level, rhythm
from arobase.sandbox.towns import Level, Town

Series = Callable[[int, Town, date], int]
DEAD_METRIC = "(#100) The value must be a valid insights metric"


def metrics_asked(request: Request) -> list[str]:
    """Return the metrics of a call.

    Raises:
        GraphError: none is named.
    """
    names = [name for name in request.query_params.get("metric", "").split(",") if name]
    if not names:
        raise GraphError("(#3001) Invalid query", 3001, subcode=1504028)
    return names


def window(request: Request, now: datetime, *, largest: int) -> tuple[date, date]:
    """Return the first and last day asked for; the last two days when nothing is said.

    Raises:
        GraphError: the window is too long or upside down.
    """
    today = now.astimezone(PACIFIC).date()
    until = _day(request.query_params.get("until")) or today
    since = _day(request.query_params.get("since")) or until - timedelta(days=2)
    if (until - since).days > largest:
        seconds = largest * 86400
        raise GraphError(
            f"(#100) There cannot be more than {largest} days ({seconds} s) "
            "between since and until",
            100,
        )
    if until < since:
        raise GraphError("(#100) Param since must be before param until", 100)
    return since, until


def days_measured(since: date, until: date, now: datetime) -> list[date]:
    """Return the days of a window that are over, and not older than the two years Meta keeps."""
    last = min(until - timedelta(days=1), now.astimezone(PACIFIC).date() - timedelta(days=1))
    first = max(since, (now - timedelta(days=730)).date())
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def daily(owner: str, name: str, period: str, points: Sequence[tuple[date, Any]]) -> dict[str, Any]:
    """Return one metric with one value a day."""
    return {
        "name": name,
        "period": period,
        "values": [{"value": value, "end_time": end_time(day)} for day, value in points],
        "title": name.replace("_", " ").capitalize(),
        "description": f"{name}, by {period}",
        "id": f"{owner}/insights/{name}/{period}",
    }


def paging(request: Request, base: str, since: date, until: date) -> dict[str, str]:
    """Return `previous` and `next`: always there, even when the next window is in the future."""
    span = max(until - since, timedelta(days=1))
    query = dict(request.query_params) | {"access_token": token_of(request)}
    return {
        name: f"{base}?{urlencode(query | {'since': _stamp(start), 'until': _stamp(start + span)})}"
        for name, start in (("previous", since - span), ("next", since + span))
    }


def flow(name: str, per_follower: float) -> Series:
    """Return a daily flow in proportion to a Page's followers."""

    def series(seed: int, town: Town, day: date) -> int:
        followers = level(seed, town, "facebook", town.facebook_followers, day)
        return round(followers * per_follower * rhythm(seed, town, name, day))

    return series


def account_flow(name: str, per_follower: float) -> Series:
    """Return a daily flow in proportion to an account's followers."""

    def series(seed: int, town: Town, day: date) -> int:
        quantity = town.instagram_followers or Level(0, growth=0)
        followers = level(seed, town, "instagram", quantity, day)
        return round(followers * per_follower * rhythm(seed, town, name, day))

    return series


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        if text.isdigit():
            return datetime.fromtimestamp(int(text), UTC).date()
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise GraphError(f"(#100) Param since/until is not a valid date: {text}", 100) from error


def _stamp(day: date) -> str:
    return str(int(datetime.combine(day, datetime.min.time(), PACIFIC).timestamp()))
