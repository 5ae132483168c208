"""From an address to a page: pins one published version, reads the address, writes the page."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from arobase.errors import NothingPublished
from arobase.published import Published, Reader
from dashboards import queries
from dashboards.i18n import Texts
from dashboards.pages import PageView, write_page
from dashboards.pages.not_found import nothing_published
from dashboards.pages.routes import NOT_FOUND, ROUTES
from dashboards.state import UrlState, language_of, parse
from dashboards.view_models.context import Context

KEPT_PAGES = 64
"""A page depends on version, address and day only: the last ones are kept for that version."""

PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Served:
    """A page, and the request it answers; no context before the first publication."""

    page: PageView
    context: Context | None

    @property
    def version(self) -> int | None:
        """The published version that was read."""
        return self.context.reader.version if self.context else None


class Site:
    """Every page, over one published folder. Any thread may use it."""

    def __init__(self, published: Published, now: Callable[[], datetime]) -> None:
        self.published = published
        self._now = now
        self._lock = threading.Lock()
        self._version: int | None = None
        self._kept: dict[tuple[str, str, date], Served] = {}

    def serve(self, path: str, search: str) -> Served:
        """Return the page at an address, from the newest version."""
        try:
            reader = self.published.current()
        except NothingPublished:
            title, body = nothing_published(Texts(language_of(search)))
            return Served(PageView(title, body, has_controls=False), None)
        today = self._now().astimezone(PARIS).date()
        return self._kept_or_written(reader, (path, search, today))

    def version(self) -> int | None:
        """Return the newest version's number; None before the first publication. Opens nothing."""
        try:
            return self.published.current_version()
        except NothingPublished:
            return None

    def context(self, reader: Reader, search: str, today: date) -> Context:
        """Read an address against the towns of a version."""
        cities = tuple(queries.cities(reader))
        codes = {row["insee_code"] for row in cities}
        state, ignored = parse(search, known_codes=codes, today=today)
        return Context(reader, state, cities, today, ignored)

    def download_context(self, search: str) -> Context:
        """Read the address of a download.

        Raises:
            NothingPublished: there is no version yet.
        """
        return self.context(self.published.current(), search, self._now().astimezone(PARIS).date())

    def _kept_or_written(self, reader: Reader, key: tuple[str, str, date]) -> Served:
        kept = self._kept.get(key) if self._version == reader.version else None
        if kept is not None:
            return kept
        path, search, today = key
        context = self.context(reader, search, today)
        served = Served(write_page(ROUTES, context, path, NOT_FOUND), context)
        with self._lock:
            if self._version != reader.version or len(self._kept) >= KEPT_PAGES:
                self._version, self._kept = reader.version, {}
            self._kept[key] = served
        return served


def empty_state(search: str) -> UrlState:
    """Return what an address says when there is no version to check it against."""
    return UrlState(language=language_of(search))
