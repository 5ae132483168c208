"""A town's professional Instagram account: followers, and reach by day."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

from arobase.connectors import graph_api
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Http, parsed_json
from arobase.errors import SourceChanged

ACCOUNT_FIELDS = "id,username,name,followers_count,follows_count,media_count"

# `follower_count` (singular) is the number of NEW followers of a day, refused under 100 followers.
METRICS = ("reach", "follower_count")
WINDOW = timedelta(days=14)
LONGEST_WINDOW = timedelta(days=30)


class Instagram:
    """Reads the Graph API for one account linked to a Facebook page."""

    async def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield the account, then its daily insights."""
        account_id = feed.key("account_id")
        answer = await graph_api.get(feed, http, account_id, {"fields": ACCOUNT_FIELDS})
        if "followers_count" not in answer.json():
            raise SourceChanged(f"{answer.url}: no followers_count in the answer")
        yield answer.page("account")
        path = f"{account_id}/insights"
        async for each in graph_api.insights(feed, http, path, _window(feed), METRICS):
            yield each

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield the account, or one record per metric."""
        content = parsed_json(page.body, page.url, page.media_type)
        if page.stream == "account":
            yield content
        else:
            yield from content["data"]


def _window(feed: Feed) -> dict[str, str]:
    """Whole UTC days, 30 at most: a window that ends inside a day gives false figures."""
    until = datetime.combine(feed.now.astimezone(UTC), time.min, UTC)
    since = until - (LONGEST_WINDOW if feed.full else WINDOW)
    if feed.since and not feed.full:
        asked = datetime.combine(feed.since, time.min, UTC)
        since = min(max(until - LONGEST_WINDOW, asked), until - timedelta(days=1))
    return {
        "period": "day",
        "since": str(int(since.timestamp())),
        "until": str(int(until.timestamp())),
    }
