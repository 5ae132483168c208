"""A town's newsletter at Brevo: its lists one by one, and the results of recent campaigns."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from arobase.catalog import Text
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Answer, Http, Verdict, parsed_json
from arobase.connectors.refusals import refused
from arobase.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable

# The collection of campaigns only covers the events of the last six months.
CAMPAIGNS_WINDOW = timedelta(days=180)
CAMPAIGNS_AT_ONCE = 50

REFUSALS = frozenset({"unauthorized", "permission_denied", "account_under_validation"})

# 100 calls an hour on campaigns: when the headers do not say, the hour may have just begun.
UNTOLD_WAIT_S = 3600.0


class Brevo:
    """Reads the API v3 with a key restricted to reading."""

    async def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield one page per list (the collection gives zeros as totals), then the campaigns."""
        for list_id in feed.keys("list_ids"):
            answer = await _get(feed, http, f"/v3/contacts/lists/{list_id}", {})
            if "totalSubscribers" not in answer.json():
                raise SourceChanged(f"{answer.url}: no totalSubscribers in the answer")
            yield answer.page("lists", list_id=list_id)
        async for each in _campaigns(feed, http):
            yield each

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield the list, or one record per campaign."""
        content = parsed_json(page.body, page.url, page.media_type)
        if page.stream == "lists":
            yield content
        else:
            yield from content.get("campaigns", ())


async def _campaigns(feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
    offset = 0
    while True:
        params = _campaign_params(feed, offset)
        answer = await _get(
            feed, http, "/v3/emailCampaigns", params, verdict=_leaving_permission_denied(feed)
        )
        if _code(answer) == "permission_denied":
            yield _campaigns_refused()
            return
        content = answer.json()
        # Without any campaign the answer is `{"count": 0}`, with no list.
        received = len(content.get("campaigns", ()))
        yield answer.page("campaigns")
        offset += received
        if received == 0 or offset >= int(content.get("count", 0)):
            return


def _campaign_params(feed: Feed, offset: int) -> dict[str, str]:
    oldest = feed.now - CAMPAIGNS_WINDOW
    if feed.since and not feed.full:
        oldest = max(
            oldest, datetime(feed.since.year, feed.since.month, feed.since.day, tzinfo=UTC)
        )
    return {
        "type": "classic",
        "status": "sent",
        # Without it the figures are there, and all zero.
        "statistics": "globalStats",
        # Without it every campaign comes with its whole text.
        "excludeHtmlContent": "true",
        "startDate": f"{oldest.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "endDate": f"{feed.now.astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
        "limit": str(CAMPAIGNS_AT_ONCE),
        "offset": str(offset),
    }


async def _get(
    feed: Feed,
    http: Http,
    path: str,
    params: Mapping[str, str],
    *,
    verdict: Verdict | None = None,
) -> Answer:
    key = feed.secret.get_secret_value() if feed.secret else ""
    judge = verdict or _judged(feed)
    return await http.get(feed, path, params, verdict=judge, headers={"api-key": key})


def _judged(feed: Feed) -> Verdict:
    def verdict(answer: Answer) -> SourceError | None:
        code = _code(answer)
        if answer.status == 429:
            return SourceUnavailable(
                f"{answer.url}: Brevo's limit of calls is reached", retry_after_s=_reset(answer)
            )
        if answer.status >= 500:
            return SourceUnavailable(f"{answer.url}: HTTP {answer.status}")
        if code in REFUSALS or answer.status in {401, 403}:
            return _refusal(feed, answer, code)
        if code == "document_not_found":
            return SourceRefused(f"{answer.url}: no such list; correct list_ids of {feed.city_id}")
        return _not_an_answer(answer, code)

    return verdict


def _leaving_permission_denied(feed: Feed) -> Verdict:
    judge = _judged(feed)

    def verdict(answer: Answer) -> SourceError | None:
        return None if _code(answer) == "permission_denied" else judge(answer)

    return verdict


def _not_an_answer(answer: Answer, code: str) -> SourceError | None:
    try:
        content = answer.json()
    except SourceError as error:
        return error
    if answer.status < 300 and isinstance(content, dict):
        return None
    return SourceChanged(f"{answer.url}: HTTP {answer.status}, {code or 'no code'}")


def _refusal(feed: Feed, answer: Answer, code: str) -> SourceRefused:
    """Brevo says `unauthorized` of a bad key, and of a good key from an unknown address."""
    message = str((_content(answer) or {}).get("message", ""))
    said = f"{code or answer.status} {message}".strip()
    return refused(feed, f"Brevo refuses the key, or this server's address: {said}")


def _campaigns_refused() -> Notice:
    return Notice(
        severity="warning",
        stream="campaigns",
        code="permission_refused",
        message=Text(
            fr="La clé Brevo ne permet pas de lire les campagnes : seules les listes le sont.",
            en="The Brevo key may not read campaigns: only the lists are read.",
        ),
    )


def _reset(answer: Answer) -> float:
    """Seconds left in the window, in `x-sib-ratelimit-reset`."""
    value = answer.headers.get("x-sib-ratelimit-reset", "")
    return float(value) if value.isdigit() else UNTOLD_WAIT_S


def _code(answer: Answer) -> str:
    return str((_content(answer) or {}).get("code", ""))


def _content(answer: Answer) -> dict[str, Any] | None:
    try:
        content = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None
