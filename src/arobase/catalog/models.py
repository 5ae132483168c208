"""What the catalogue may say: one strict model for each kind of file."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal, Self

from pydantic import AnyUrl, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
InseeCode = Annotated[str, StringConstraints(pattern=r"^(\d{5}|2[AB]\d{3})$")]

NATIONAL = "_national"
"""Stands in for the town where a source answers for the whole country at once."""


class Entry(BaseModel):
    """Base of every catalogue model: unknown keys are refused, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Entry):
    """One text in the two languages a town reads."""

    fr: str
    en: str

    def in_language(self, language: str) -> str:
        """Return the text in `fr` or `en`; French is the fallback."""
        return self.en if language == "en" else self.fr


class Licence(Entry):
    """A licence, and the page where the publisher itself states it."""

    name: str
    url: AnyUrl


class Owner(Entry):
    """Who answers for an entry."""

    name: str
    email: str


class Period(StrEnum):
    """How often something is expected to move, and the grain of a flow."""

    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


class Cadence(Entry):
    """How often a source is pulled, and how late it may be before it is called late."""

    every: Period
    at: Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = "06:00"
    grace_hours: int = Field(12, ge=0)


class SourceScope(StrEnum):
    """Whether one pull serves one town or all of them."""

    city = "city"
    national = "national"


class Arrival(StrEnum):
    """How data comes: we fetch it, or someone drops a file."""

    pull = "pull"
    drop = "drop"


class ColumnType(StrEnum):
    """What the text of a column must read as; the raw table keeps the text itself."""

    text = "text"
    date = "date"
    time = "time"
    integer = "integer"
    decimal = "decimal"
    boolean = "boolean"


class Column(Entry):
    """One column of a tabular stream: its names in known files, and what its text must read as."""

    names: tuple[str, ...] = Field(min_length=1)
    """Every header known to mean this column; compared without case, accents and punctuation."""

    type: ColumnType = ColumnType.text
    required: bool = False
    """Required in the header, and non-empty on each line."""

    values: dict[str, tuple[str, ...]] = {}
    """Allowed values: the one we keep, and the spellings that mean it. Empty: any."""


class Stream(Entry):
    """One kind of record a source gives; it has one raw table, `raw.<source>__<stream>`."""

    description: Text
    format: Literal["json", "table"] = "json"
    key: tuple[str, ...] = ()
    """For a table: the columns that identify a record in a file."""

    columns: dict[Id, Column] = {}
    not_kept: tuple[str, ...] = ()
    """For a table: headers known and left out on purpose, mostly personal data."""

    optional: bool = False
    """A file or answer may come without this stream."""

    @model_validator(mode="after")
    def _tables_have_columns(self) -> Self:
        if (self.format == "table") != bool(self.columns):
            raise ValueError("a table lists its columns, and only a table does")
        if unknown := set(self.key) - set(self.columns):
            raise ValueError(f"key names no column: {', '.join(sorted(unknown))}")
        return self


class RateLimit(Entry):
    """At most so many requests in so many seconds, for one host and one token."""

    requests: int = Field(ge=1)
    per_seconds: float = Field(gt=0)
    concurrent: int = Field(4, ge=1)


class SourceKey(Entry):
    """A public key a town gives for a source (a page id, a portal address)."""

    description: Text
    example: str
    many: bool = False
    """The town gives a list."""


class Source(Entry):
    """A service the figures come from: who publishes it, how it is read, what it may contain."""

    id: Id
    title: Text
    description: Text
    publisher: str
    licence: Licence
    documentation: AnyUrl
    theme: Id
    arrival: Arrival
    scope: SourceScope = SourceScope.city
    base_url: AnyUrl | None = None
    """Where the API lives; none when each town has its own address or files are dropped."""

    keys: dict[Id, SourceKey] = {}
    needs_secret: bool = False
    secret_help: Text | None = None
    """Where a person gets or renews the token."""

    cadence: Cadence
    owner: Owner
    rate_limit: RateLimit | None = None
    sensitivity: Literal["public", "aggregate", "pseudonymous", "personal"]
    streams: dict[Id, Stream] = Field(min_length=1)

    @model_validator(mode="after")
    def _secret_says_how(self) -> Self:
        if self.needs_secret and self.secret_help is None:
            raise ValueError("needs_secret without secret_help: say where the token comes from")
        return self


class Kind(StrEnum):
    """What sort of figure an indicator is; it decides how periods and totals may be formed."""

    stock = "stock"
    flow = "flow"
    rate = "rate"
    delay = "delay"
    score = "score"


class Direction(StrEnum):
    """Which way is favourable."""

    up = "up"
    down = "down"
    neutral = "neutral"


class Unit(StrEnum):
    """Units, with the sign the page writes."""

    number = "count"
    percent = "percent"
    hours = "hours"
    arobases = "arobases"


class PlausibleRange(Entry):
    """Bounds outside which a value is a surprise, and why."""

    min: float
    max: float
    why: Text
    severity: Literal["critical", "warning"] = "critical"
    """Critical withholds the value; warning publishes it with the flag."""

    max_change_share: float | None = Field(None, gt=0)
    """Largest believable change from one measure to the next, as a share of the former."""

    change_why: Text | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min >= self.max:
            raise ValueError(f"min {self.min} is not below max {self.max}")
        if (self.max_change_share is None) != (self.change_why is None):
            raise ValueError("max_change_share and change_why go together")
        return self


class Target(Entry):
    """What the council wants, by when, and where it was decided."""

    value: float
    by: date
    reference: str = ""


class DefinitionVersion(Entry):
    """One version of a definition, since when, and what it changed."""

    version: int = Field(ge=1)
    since: date
    change: Text


class References(Entry):
    """Where the indicator stands in international and national frames; empty when it does not."""

    u4ssc: str = ""
    label: str = ""


class Indicator(Entry):
    """One figure: what it means, how it is computed, and why it might be wrong."""

    id: Id
    title: Text
    short_title: Text
    theme: Id
    kind: Kind
    unit: Unit
    decimals: int = Field(0, ge=0, le=3)
    direction: Direction
    definition: Text
    formula: Text
    caveats: tuple[Text, ...] = ()
    sources: tuple[Id, ...] = Field(min_length=1)
    period: Text
    """How the period of a value is to be read ("à la date du relevé", "par mois civil" ...)."""

    cadence: Period
    plausible: PlausibleRange
    target: Target | None = None
    """None means that no target was set, and the page says so."""

    counts_persons: bool = False
    """The value counts people: a count of one to four is never published (statistical secrecy)."""

    owner: Owner
    sensitivity: Literal["public", "internal"] = "public"
    references: References = References()
    history: tuple[DefinitionVersion, ...] = Field(min_length=1)
    headline: int | None = None
    """Rank on the overview page; none when it is not a headline figure."""

    headline_period: Literal["latest", "cumulated"] = "latest"
    """For a flow: whether the headline is its latest full period or the total since the start."""

    @property
    def model(self) -> str:
        """Name of the dbt model that computes it."""
        return f"ind_{self.id}"

    @property
    def definition_version(self) -> int:
        """The version in force."""
        return self.history[-1].version

    @model_validator(mode="after")
    def _versions_in_order(self) -> Self:
        versions = [each.version for each in self.history]
        if versions != sorted(set(versions)):
            raise ValueError(f"history versions {versions} do not increase")
        return self


class OpeningHours(Entry):
    """When the town answers, per weekday (`monday` ... `sunday`), as `HH:MM-HH:MM` spans."""

    monday: tuple[str, ...] = ()
    tuesday: tuple[str, ...] = ()
    wednesday: tuple[str, ...] = ()
    thursday: tuple[str, ...] = ()
    friday: tuple[str, ...] = ()
    saturday: tuple[str, ...] = ()
    sunday: tuple[str, ...] = ()


class City(Entry):
    """A town: its official code, and its keys at each source it has."""

    id: Id
    name: str
    insee_code: InseeCode
    timezone: str = "Europe/Paris"
    opening_hours: OpeningHours | None = None
    targets: dict[Id, Target] = {}
    sources: dict[Id, dict[Id, str | tuple[str, ...]]] = {}
    enabled: bool = True
    """False takes a town of an earlier catalogue folder out of every run and page."""


class Comparison(StrEnum):
    """How a sentence commits to its figure."""

    exactly = "exactly"
    at_least = "at_least"
    about = "about"


class Claim(Entry):
    """One figure somebody printed."""

    id: Id
    city: Id
    indicator: Id
    said_on: date
    value: float
    comparison: Comparison = Comparison.exactly
    period: Literal["latest", "cumulated"] = "latest"
    sentence: str


class ClaimDocument(Entry):
    """A document that makes claims."""

    id: Id
    title: str
    publisher: str
    published_on: date
    claims: tuple[Claim, ...] = Field(min_length=1)


@lru_cache(maxsize=10_000)
def simplified(name: str) -> str:
    """Return a name without case, accents, punctuation, repeated spaces: to compare spellings."""
    decomposed = unicodedata.normalize("NFKD", name.replace("\N{DEGREE SIGN}", " "))
    letters = "".join(char for char in decomposed if not unicodedata.combining(char))
    return re.sub(r"[^a-z0-9]+", " ", letters.casefold()).strip()
