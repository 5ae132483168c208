"""A town's Facebook page: followers, times of the messages (nothing else of them), insights."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any

import orjson

from arobase.connectors import graph_api
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.graph_api import data_of, error_in, next_cursor
from arobase.connectors.http import Answer, Http, parsed_json
from arobase.errors import SourceChanged, SourceUnavailable

PAGE_FIELDS = "id,name,username,link,followers_count,fan_count"

# Neither `message` nor `to`: a delay needs times and directions. Older messages have no details.
CONVERSATION_FIELDS = "id,updated_time,message_count,messages.limit(20){id,created_time,from}"
CONVERSATIONS_AT_ONCE = 25
CONVERSATION_WINDOW = timedelta(days=35)

METRICS = ("page_follows", "page_media_view")
INSIGHTS_WINDOW = timedelta(days=14)
INSIGHTS_HISTORY = timedelta(days=730)
LONGEST_INSIGHTS_CALL = timedelta(days=90)


class FacebookPage:
    """Reads the Graph API for one page, with its page token."""

    async def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield the page, its recent conversations without their content, and its insights."""
        yield await _page(feed, http)
        async for each in _conversations(feed, http):
            yield each
        async for each in _insights(feed, http):
            yield each

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield the page, one record per conversation, or one per metric."""
        content = parsed_json(page.body, page.url, page.media_type)
        if page.stream == "page":
            yield content
        else:
            yield from content["data"]


async def _page(feed: Feed, http: Http) -> Page:
    page_id = feed.key("page_id")
    answer = await graph_api.get(feed, http, page_id, {"fields": PAGE_FIELDS})
    if answer.json().get("id") != page_id:
        raise SourceChanged(f"{answer.url}: the answer is not about page {page_id}")
    return answer.page("page")


async def _conversations(feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
    """Conversations come newest first, and there is no `since`: we stop by ourselves."""
    start = _conversations_start(feed)
    at_once, cursor = CONVERSATIONS_AT_ONCE, ""
    seen = {cursor}
    while True:
        answer = await _conversations_page(feed, http, at_once, cursor)
        if error := error_in(answer):
            if error.is_permission:
                yield graph_api.permission_refused("conversations", error)
                return
            at_once = _fewer(at_once, answer)
            continue
        conversations = data_of(answer)
        recent = [each for each in conversations if _updated_at(each, answer) >= start]
        yield _redacted(feed, answer, recent)
        following = next_cursor(answer)
        if following is None or following in seen or len(recent) < len(conversations):
            return
        seen.add(cursor := following)


async def _conversations_page(feed: Feed, http: Http, at_once: int, cursor: str) -> Answer:
    params = {"platform": "messenger", "fields": CONVERSATION_FIELDS, "limit": str(at_once)}
    if cursor:
        params["after"] = cursor
    verdict = graph_api.accepting_permission_errors(feed)
    path = f"{feed.key('page_id')}/conversations"
    return await graph_api.get(feed, http, path, params, verdict=verdict)


def _fewer(at_once: int, answer: Answer) -> int:
    if at_once == 1:
        raise SourceUnavailable(f"{answer.url}: Meta finds even one conversation too much data")
    return at_once // 2


def _conversations_start(feed: Feed) -> datetime:
    if feed.full:
        return datetime.min.replace(tzinfo=UTC)
    if feed.since:
        return datetime.combine(feed.since, time.min, UTC)
    return feed.now - CONVERSATION_WINDOW


def _updated_at(conversation: Mapping[str, Any], answer: Answer) -> datetime:
    try:
        return datetime.fromisoformat(conversation["updated_time"]).astimezone(UTC)
    except (KeyError, TypeError, ValueError) as error:
        raise SourceChanged(
            f"{answer.url}: a conversation without a readable updated_time"
        ) from error


def _redacted(feed: Feed, answer: Answer, conversations: list[Mapping[str, Any]]) -> Page:
    """Return the page that may be kept: no text, no name, and no id of a person."""
    page_id = feed.key("page_id")
    kept = [_redacted_conversation(each, page_id) for each in conversations]
    return Page(
        stream="conversations",
        url=answer.url,
        body=orjson.dumps({"data": kept}),
        media_type="application/json",
        fetched_at=answer.fetched_at,
    )


def _redacted_conversation(conversation: Mapping[str, Any], page_id: str) -> dict[str, Any]:
    messages = (conversation.get("messages") or {}).get("data", [])
    return {
        "id": conversation["id"],
        "updated_time": conversation["updated_time"],
        "message_count": conversation.get("message_count"),
        "messages": [_redacted_message(each, page_id) for each in messages],
    }


def _redacted_message(message: Mapping[str, Any], page_id: str) -> dict[str, Any]:
    sender = (message.get("from") or {}).get("id")
    return {
        "id": message["id"],
        "created_time": message["created_time"],
        "from_page": sender == page_id,
    }


async def _insights(feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
    """Day by day, over our own window: `paging.next` is always there, even towards the future."""
    path = f"{feed.key('page_id')}/insights"
    refused: set[Notice] = set()
    for first, last in _insights_windows(feed):
        params = {"period": "day", "since": f"{first:%Y-%m-%d}", "until": f"{last:%Y-%m-%d}"}
        async for each in graph_api.insights(feed, http, path, params, METRICS):
            if isinstance(each, Page):
                yield each
            elif each not in refused:
                refused.add(each)
                yield each


def _insights_windows(feed: Feed) -> Iterator[tuple[datetime, datetime]]:
    oldest = feed.now - INSIGHTS_HISTORY
    first = oldest if feed.full else feed.now - INSIGHTS_WINDOW
    if feed.since and not feed.full:
        first = max(oldest, datetime.combine(feed.since, time.min, UTC))
    while first < feed.now:
        last = min(first + LONGEST_INSIGHTS_CALL, feed.now)
        yield first, last
        first = last
