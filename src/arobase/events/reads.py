"""Reads of the published figures: each request from one published version, named by its ETag."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Header, Query, Response
from pydantic import BaseModel

from arobase import exports
from arobase.catalog.names import check
from arobase.exports import Selection
from arobase.published import Reader, published

router = APIRouter(prefix="/api/v1", tags=["chiffres / figures"])

HIDDEN = "select indicator_id from indicators where sensitivity <> 'public' order by 1"


class NotModified(Exception):
    """The reader has this version already; the message is its ETag."""


class City(BaseModel):
    """Une ville / A town."""

    city_id: str
    name: str
    insee_code: str
    population: int | None = None
    stratum: str | None = None


class Indicator(BaseModel):
    """Un indicateur et sa définition / An indicator and its definition."""

    indicator_id: str
    title_fr: str
    title_en: str
    theme: str
    kind: str
    unit: str
    decimals: int
    direction: str
    definition_fr: str
    definition_en: str
    formula_fr: str
    formula_en: str
    sources: list[str]
    definition_version: int


class Value(BaseModel):
    """Un chiffre d'une période / A figure of a period."""

    city_id: str
    indicator_id: str
    period_start: date
    period_end: date
    value: float | None
    numerator: float | None
    denominator: float | None
    origin: str
    status: str
    source_id: str | None
    as_of: datetime | None
    definition_version: int


class Publication(BaseModel):
    """La version lue / The version that was read."""

    version: int
    published_at: datetime


class Cities(Publication):
    """Les villes / The towns."""

    cities: list[City]


class Indicators(Publication):
    """Les indicateurs / The indicators."""

    indicators: list[Indicator]


class Values(Publication):
    """Les chiffres d'une ville / The figures of a town."""

    values: list[Value]


def _pinned(response: Response, if_none_match: Annotated[str | None, Header()] = None) -> Reader:
    """Return the version this request reads, and name it in the answer."""
    reader = published().current()
    tag = f'"{reader.version}"'
    if if_none_match and tag in _tags(if_none_match):
        raise NotModified(tag)
    response.headers.update(_version_headers(reader))
    return reader


Pinned = Annotated[Reader, Depends(_pinned)]


@router.get("/cities", summary="Les villes / The towns")
def cities(reader: Pinned) -> Cities:
    """Toutes les villes suivies, avec leur population. / Every town, with its population."""
    rows = exports.records(reader, Selection("cities"))
    return Cities(**_publication(reader), cities=[City.model_validate(row) for row in rows])


@router.get("/indicators", summary="Les indicateurs / The indicators")
def indicators(reader: Pinned) -> Indicators:
    """Tous les indicateurs publics : définition, formule, unité, sources.

    Every public indicator: definition, formula, unit, sources.
    """
    rows = exports.records(reader, Selection("indicators", hidden_indicators=_hidden(reader)))
    found = [Indicator.model_validate(row) for row in rows]
    return Indicators(**_publication(reader), indicators=found)


@router.get(
    "/cities/{city_id}/values",
    summary="Les chiffres d'une ville / The figures of a town",
    response_model=Values,
    responses={
        200: {"content": {"text/csv": {}, "application/vnd.apache.parquet": {}}},
        404: {"description": "Ville ou indicateur inconnu / Unknown town or indicator"},
    },
)
def values(
    city_id: str,
    reader: Pinned,
    indicator: Annotated[str | None, Query(description="Id d'un indicateur / of one")] = None,
    since: Annotated[date | None, Query(alias="from", description="Premier jour / First")] = None,
    until: Annotated[date | None, Query(alias="to", description="Dernier jour / Last")] = None,
    file_format: Annotated[Literal["json", "csv", "parquet"], Query(alias="format")] = "json",
) -> Any:
    """Les chiffres dont la période finit entre deux jours, en JSON, CSV ou Parquet.

    The figures whose period ends between two days, as JSON, CSV or Parquet.
    """
    hidden = _hidden(reader)
    check("city", city_id, _ids(reader, "cities", "city_id"))
    if indicator:
        shown = _ids(reader, "indicators", "indicator_id") - set(hidden)
        check("indicator", indicator, shown)
    wanted = Selection("indicator_values", city_id, indicator, since, until, hidden)
    if file_format != "json":
        content = exports.export(reader, wanted, file_format)
        name = f"{city_id}-{indicator or 'indicators'}.{file_format}"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        media_type = exports.MEDIA_TYPES[file_format]
        return Response(content, 200, {**headers, **_version_headers(reader)}, media_type)
    rows = exports.records(reader, wanted)
    return Values(**_publication(reader), values=[Value.model_validate(row) for row in rows])


def _hidden(reader: Reader) -> tuple[str, ...]:
    return tuple(row["indicator_id"] for row in reader.query(HIDDEN))


def _ids(reader: Reader, table: str, column: str) -> set[str]:
    return {row[column] for row in exports.records(reader, Selection(table))}


def _publication(reader: Reader) -> dict[str, Any]:
    record = reader.publication()
    return {"version": record.version, "published_at": record.published_at}


def _version_headers(reader: Reader) -> dict[str, str]:
    # no-cache: keep it, but ask each time whether the version is still this one.
    return {"ETag": f'"{reader.version}"', "Cache-Control": "no-cache"}


def _tags(if_none_match: str) -> set[str]:
    return {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
