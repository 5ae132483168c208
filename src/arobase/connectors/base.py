"""The one seam every source goes through: fetch raw pages; read records out of a page.

A connector may authenticate, page, and name errors. It may not parse dates, rename, filter, retry
across runs, or know a table. Requests go through `Http`, which waits for rate limits and retries
what may be retried; a connector only says what to ask and what an answer means.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from pydantic import SecretStr

from arobase.catalog import NATIONAL, City, Source, Text

if TYPE_CHECKING:
    from arobase.connectors.http import Http


@dataclass(frozen=True, slots=True)
class Feed:
    """What to fetch: one source of one town, or of the whole country, at one instant."""

    source: Source
    city: City | None
    """None for a national source."""

    base_url: str
    """Address of the API, without a trailing slash."""

    now: datetime
    """The instant of the pull, UTC."""

    secret: SecretStr | None = None
    since: date | None = None
    """Fetch from this day; None means as far back as a normal pull looks."""

    full: bool = False
    """Fetch all the history the publisher keeps."""

    landed: frozenset[str] = frozenset()
    """For a national source: addresses of the pages landed before, to take only what is new."""

    cities: tuple[City, ...] = ()
    """For a national source: the towns that asked for it."""

    @property
    def city_id(self) -> str:
        """Id of the town, or `_national`."""
        return self.city.id if self.city else NATIONAL

    def key(self, name: str) -> str:
        """Return one public key the town gives for this source."""
        value = self._keys()[name]
        if not isinstance(value, str):
            raise TypeError(f"{self.source.id}.{name} is a list: use keys()")
        return value

    def keys(self, name: str) -> tuple[str, ...]:
        """Return a list key the town gives for this source."""
        value = self._keys()[name]
        return (value,) if isinstance(value, str) else value

    def _keys(self) -> Mapping[str, str | tuple[str, ...]]:
        return self.city.sources[self.source.id] if self.city else {}


@dataclass(frozen=True, slots=True)
class Page:
    """One answer from a publisher, or one dropped file: bytes as they came, and no secret."""

    stream: str
    url: str
    body: bytes
    media_type: str
    fetched_at: datetime
    context: Mapping[str, str] = field(default_factory=dict)
    """What the request knew and the body does not say (a list id, a quarter), as text."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know about a pull that went on, such as a refused metric."""

    severity: Literal["info", "warning", "critical"]
    stream: str
    code: str
    """Stable name of the case, for grouping (`metric_refused`, `token_expires_soon` ...)."""

    message: Text


class Connector(Protocol):
    """One way to read one source."""

    def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield the raw pages of a pull, and notices about what it had to leave out.

        Raises:
            SourceUnavailable: retry later.
            SourceRefused: the token or permission is refused.
            SourceChanged: the answer is not what this connector was written for.
            SourceUnchanged: nothing new.
        """
        ...

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield the records of a landed page of a JSON stream, as JSON-ready mappings.

        Raises:
            SourceChanged: the body is not what this connector was written for.
        """
        ...
