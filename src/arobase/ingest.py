"""Ingest: fetch one source for its towns at the same time, and land what came. Loads nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile
from zoneinfo import ZoneInfo

import structlog
from pydantic import SecretStr

from arobase.catalog import NATIONAL, Arrival, City, Source, catalog
from arobase.catalog.cadence import last_time_due
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Http
from arobase.connectors.refusals import refused
from arobase.connectors.registry import CONNECTORS
from arobase.errors import SourceError, SourceUnchanged
from arobase.feeds import base_url, pulled_source, targets, towns
from arobase.landing import Landing
from arobase.settings import current_time, environment_id, secret_from_environment, settings

log = structlog.get_logger(__name__)

TOWNS_AT_ONCE = 16
NATIONAL_TIMEZONE = "Europe/Paris"

SecretLookup = Callable[[str, str], SecretStr | None]
"""Gives the secret of a town (id) for a source (id), or None when there is none."""


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What one run of one source brought."""

    source_id: str
    landed: int
    unchanged: int
    failed: dict[str, str] = field(default_factory=dict)
    """For each town that failed: what happened and what to do."""


def ingest(  # noqa: PLR0913 - each is one thing a caller may choose
    source_id: str,
    *,
    city_ids: Sequence[str] | None = None,
    since: date | None = None,
    full: bool = False,
    now: datetime | None = None,
    http: Http | None = None,
    secrets: SecretLookup = secret_from_environment,
) -> IngestReport:
    """Fetch a source for these towns (by default all that have it), and land one batch for each.

    A town that fails is landed as failed, and the others go on. One with nothing new is landed as a
    batch without pages, which says that we looked.

    Raises:
        UsageError: no such source or town, or they do not go together.
        SourceError: every town failed; this is the first one's error.
    """
    source = pulled_source(catalog(), source_id)
    cities = towns(catalog(), source, city_ids)
    landing = Landing(settings().landing)
    feeds = [
        Feed(
            source=source,
            city=city,
            base_url=base_url(source, city),
            now=now or current_time(),
            secret=secrets(city.id, source_id) if city and source.needs_secret else None,
            since=since,
            full=full,
            landed=frozenset() if city else _landed_addresses(landing, source_id),
            cities=() if city else cities,
        )
        for city in targets(source, cities)
    ]
    outcomes = asyncio.run(_ingest_all(feeds, landing, http or Http()))
    return _report(source_id, outcomes)


def due(now: datetime | None = None) -> list[str]:
    """Return the pulled sources of which some town has had no batch since a pull was last due."""
    instant = now or current_time()
    landing = Landing(settings().landing)
    waiting = {
        source.id
        for source, city in catalog().feeds()
        if source.arrival is Arrival.pull and _is_due(landing, source, city, instant)
    }
    return sorted(waiting)


def _is_due(landing: Landing, source: Source, city: City | None, now: datetime) -> bool:
    """Failed batches do not count: a pull that failed is still due.

    A national source is due too when a town asks for it that no pull of this time was about.
    """
    timezone = ZoneInfo(city.timezone if city else NATIONAL_TIMEZONE)
    since = last_time_due(source.cadence, timezone, now)
    batches = landing.received(source.id, city.id if city else NATIONAL)
    recent = list(takewhile(lambda batch: batch.received_at >= since, batches))
    received = [batch for batch in recent if batch.status == "received"]
    if not received or city is not None:
        return not received
    served = {town for batch in received for town in batch.asked_by}
    return any(town.id not in served for town in towns(catalog(), source, None))


def _landed_addresses(landing: Landing, source_id: str) -> frozenset[str]:
    batches = landing.received(source_id, NATIONAL)
    return frozenset(page.url for batch in batches for page in batch.pages)


async def _ingest_all(
    feeds: Sequence[Feed], landing: Landing, http: Http
) -> dict[str, SourceError | None]:
    places = asyncio.Semaphore(TOWNS_AT_ONCE)

    async def one(feed: Feed) -> SourceError | None:
        async with places:
            return await _ingest_one(feed, landing, http)

    async with http:
        errors = await asyncio.gather(*(one(feed) for feed in feeds))
    return {feed.city_id: error for feed, error in zip(feeds, errors, strict=True)}


async def _ingest_one(feed: Feed, landing: Landing, http: Http) -> SourceError | None:
    """Land a town's batch whole, or its failure: never a part of a pull."""
    source_id, city_id = feed.source.id, feed.city_id
    try:
        pages, notices = await _fetched(feed, http)
    except SourceUnchanged as error:
        landing.land(source_id, city_id, feed.now, [], asked_by=_asking(feed))
        return error
    except SourceError as error:
        log.warning("pull_failed", source=source_id, city=city_id, error=str(error))
        landing.land_failure(source_id, city_id, feed.now, str(error))
        return error
    landing.land(source_id, city_id, feed.now, pages, notices, asked_by=_asking(feed))
    log.info("pull_landed", source=source_id, city=city_id, pages=len(pages))
    return None


def _asking(feed: Feed) -> list[str]:
    return [city.id for city in feed.cities]


async def _fetched(feed: Feed, http: Http) -> tuple[list[Page], list[Notice]]:
    _require_secret(feed)
    pages: list[Page] = []
    notices: list[Notice] = []
    async for each in CONNECTORS[feed.source.id].fetch(feed, http):
        if isinstance(each, Page):
            pages.append(each)
        else:
            notices.append(each)
    return pages, notices


def _require_secret(feed: Feed) -> None:
    if feed.source.needs_secret and feed.secret is None:
        source_id, city_id = feed.source.id, feed.city_id
        variable = f"AROBASE_SECRET__{environment_id(city_id)}__{environment_id(source_id)}"
        connection = f"arobase_{city_id}_{source_id}"
        raise refused(
            feed, f"no token: set {variable}, or the password of the connection {connection}"
        )


def _report(source_id: str, outcomes: dict[str, SourceError | None]) -> IngestReport:
    unchanged = [city for city, error in outcomes.items() if isinstance(error, SourceUnchanged)]
    failures = {city: error for city, error in outcomes.items() if error and city not in unchanged}
    if failures and len(failures) == len(outcomes):
        raise next(iter(failures.values()))
    return IngestReport(
        source_id=source_id,
        landed=len(outcomes) - len(unchanged) - len(failures),
        unchanged=len(unchanged),
        failed={city: str(error) for city, error in failures.items()},
    )
