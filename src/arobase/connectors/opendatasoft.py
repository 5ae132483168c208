"""A town's Opendatasoft (Huwise) portal: its catalogue, through the Explore API v2.1."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Answer, Http, Verdict, parsed_json
from arobase.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable

CATALOG = "/api/explore/v2.1/catalog/datasets"
AT_ONCE = 100
LARGEST_OFFSET = 10_000


class Opendatasoft:
    """Reads the catalogue as anybody sees it, without a key."""

    async def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield the pages of the catalogue, and check that they add up to its own count."""
        read = 0
        while True:
            answer = await _page(feed, http, read)
            total, cards = _total(answer), len(_results(answer))
            yield answer.page("datasets")
            read += cards
            if read >= total or cards == 0:
                break
        if read != total:
            raise SourceUnavailable(
                f"{answer.url}: {read} cards read where the portal counts {total};"
                " its catalogue probably changed meanwhile"
            )

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield one record per dataset card."""
        yield from parsed_json(page.body, page.url, page.media_type)["results"]


async def _page(feed: Feed, http: Http, offset: int) -> Answer:
    if offset + AT_ONCE > LARGEST_OFFSET:
        raise SourceChanged(f"{feed.base_url}{CATALOG}: more than {LARGEST_OFFSET} datasets")
    # Without an order, a card may come on two pages and another on none.
    params = {"limit": str(AT_ONCE), "offset": str(offset), "order_by": "dataset_id"}
    return await http.get(feed, CATALOG, params, verdict=_judged(feed))


def _total(answer: Answer) -> int:
    content = answer.json()
    total = content.get("total_count") if isinstance(content, dict) else None
    if not isinstance(total, int):
        raise SourceChanged(f"{answer.url}: no total_count in the answer")
    return total


def _results(answer: Answer) -> list[Any]:
    results = answer.json().get("results")
    if not isinstance(results, list):
        raise SourceChanged(f"{answer.url}: no list named `results` in the answer")
    return results


def _judged(feed: Feed) -> Verdict:
    """Errors have two envelopes: `error_code`, `message`; over the quota `errorcode`, `error`."""

    def verdict(answer: Answer) -> SourceError | None:
        if answer.status >= 500:
            return SourceUnavailable(f"{answer.url}: HTTP {answer.status}")
        content = _content(answer)
        if answer.status == 429 or "errorcode" in content:
            return SourceUnavailable(
                f"{answer.url}: the portal's quota of calls is spent: {content.get('error', '')}",
                retry_after_s=_until_reset(feed, answer, content),
            )
        said = f"HTTP {answer.status} {content.get('error_code', answer.media_type)}"
        said = f"{answer.url}: {said} {content.get('message', '')}".rstrip()
        if answer.status in {401, 403}:
            return SourceRefused(f"{said}: the portal's catalogue is not public")
        return SourceChanged(said) if answer.status >= 300 or "error_code" in content else None

    return verdict


def _content(answer: Answer) -> dict[str, Any]:
    try:
        content = answer.json()
    except SourceError:
        return {}
    return content if isinstance(content, dict) else {}


def _until_reset(feed: Feed, answer: Answer, content: Mapping[str, Any]) -> float:
    """The quota belongs to the portal and comes back at a date, written in several ways."""
    told = content.get("reset_time") or answer.headers.get("x-ratelimit-reset", "")
    reset = _instant(str(told)) or _next_midnight(feed.now)
    return max((reset - feed.now).total_seconds(), 0.0)


def _instant(text: str) -> datetime | None:
    if text.isdigit():
        return datetime.fromtimestamp(int(text), UTC)
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _next_midnight(now: datetime) -> datetime:
    tomorrow = now.astimezone(UTC) + timedelta(days=1)
    return tomorrow.replace(hour=0, minute=0, second=0, microsecond=0)
