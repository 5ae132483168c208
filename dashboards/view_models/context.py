"""What one request asks, and the pinned published version that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from arobase.published import Reader, Row
from dashboards import queries
from dashboards.formats import Formats
from dashboards.i18n import Texts
from dashboards.state import Ignored, UrlState


@dataclass(frozen=True)
class Context:
    """One reader's request. `today` is the product's day, `on` the day the page tells about."""

    reader: Reader
    state: UrlState
    cities: tuple[Row, ...]
    today: date
    ignored: tuple[Ignored, ...] = ()

    @cached_property
    def t(self) -> Texts:
        """The texts of the reader's language."""
        return Texts(self.state.language)

    @cached_property
    def formats(self) -> Formats:
        """The formats of the reader's language."""
        return Formats(self.state.language)

    @cached_property
    def city(self) -> Row:
        """The town on the page: the first one asked for, else the first by name."""
        by_code = {row["insee_code"]: row for row in self.cities}
        wanted = [by_code[code] for code in self.state.insee_codes]
        return (wanted or list(self.cities))[0]

    @property
    def zone(self) -> ZoneInfo:
        """The town's time zone."""
        return ZoneInfo(self.city["timezone"])

    @property
    def on(self) -> date:
        """The day the page tells about."""
        return self.state.on or self.today

    @property
    def is_past(self) -> bool:
        """Whether the reader asked for another day than today."""
        return self.state.on is not None and self.state.on < self.today

    @cached_property
    def indicators(self) -> Mapping[str, Row]:
        """Indicators by id."""
        return queries.indicators(self.reader)

    @cached_property
    def sources(self) -> Mapping[str, Row]:
        """Sources by id."""
        return queries.sources(self.reader)

    def link(self, path: str, **changes: object) -> str:
        """Return the address of a page that keeps the reader's choices, some of them changed."""
        return path + self.state.search(**changes)

    def title_of(self, row: Row, name: str = "title") -> str:
        """Return a catalogue text in the reader's language."""
        return self.t.pick(row.get(f"{name}_fr"), row.get(f"{name}_en"))

    def source_title(self, source_id: str) -> str:
        """Return the name of a source, or its id when the catalogue no longer has it."""
        row = self.sources.get(source_id)
        return self.title_of(row) if row else source_id

    def city_name(self, city_id: str | None) -> str:
        """Return the name of a town, or what stands for the whole country."""
        names = {row["city_id"]: row["name"] for row in self.cities}
        return str(names.get(city_id or "", self.t("Whole country")))
