"""The catalogue as tables: how towns, sources and definitions reach SQL."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from arobase.catalog import Catalog, City, Indicator, Source

if TYPE_CHECKING:
    import duckdb

Row = Mapping[str, Any]


def catalog_rows(what_exists: Catalog) -> dict[str, list[Row]]:
    """Return the rows of each table of schema `catalog`, keyed by table name."""
    cities = what_exists.cities.values()
    return {
        "cities": [_city(each) for each in cities],
        "city_sources": [row for each in cities for row in _city_sources(each)],
        "city_targets": [row for each in cities for row in _city_targets(each)],
        "sources": [_source(each) for each in what_exists.sources.values()],
        "indicators": [_indicator(each) for each in what_exists.indicators.values()],
        "claims": list(_claims(what_exists)),
    }


def write_catalog(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Row]]) -> None:
    """Replace the tables of the catalogue, all of them or none."""
    connection.execute("begin")
    for table, content in rows.items():
        connection.execute(f"delete from catalog.{table}")
        _insert(connection, f"catalog.{table}", content)
    connection.execute("commit")


def write_clock(connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
    """Say which instant the figures of this build are told at."""
    connection.execute("begin")
    connection.execute("delete from catalog.clock")
    connection.execute("insert into catalog.clock (now) values (?)", [now])
    connection.execute("commit")


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows in one statement: one by one, the sources of 200 towns take seconds."""
    if not rows:
        return
    columns = list(rows[0])
    listed = ", ".join(f'"{column}"' for column in columns)
    one = f"({', '.join('?' for _ in columns)})"
    connection.execute(
        f"insert into {table} ({listed}) values {', '.join([one] * len(rows))}",
        [row[column] for row in rows for column in columns],
    )


def _city(city: City) -> Row:
    return {
        "city_id": city.id,
        "name": city.name,
        "insee_code": city.insee_code,
        "timezone": city.timezone,
    }


def _city_sources(city: City) -> Iterable[Row]:
    for source_id, keys in sorted(city.sources.items()):
        yield {"city_id": city.id, "source_id": source_id, "keys": json.dumps(keys, sort_keys=True)}


def _city_targets(city: City) -> Iterable[Row]:
    for indicator_id, target in sorted(city.targets.items()):
        yield {"city_id": city.id, "indicator_id": indicator_id, **target.model_dump()}


def _source(source: Source) -> Row:
    return {
        "source_id": source.id,
        "title_fr": source.title.fr,
        "title_en": source.title.en,
        "description_fr": source.description.fr,
        "description_en": source.description.en,
        "publisher": source.publisher,
        "licence_name": source.licence.name,
        "licence_url": str(source.licence.url),
        "documentation": str(source.documentation),
        "theme": source.theme,
        "arrival": source.arrival.value,
        "scope": source.scope.value,
        "cadence": source.cadence.every.value,
        "grace_hours": source.cadence.grace_hours,
        "owner_name": source.owner.name,
        "owner_email": source.owner.email,
        "sensitivity": source.sensitivity,
    }


def _indicator(indicator: Indicator) -> Row:
    return {
        "indicator_id": indicator.id,
        **_texts(indicator),
        "theme": indicator.theme,
        "kind": indicator.kind.value,
        "unit": indicator.unit.value,
        "decimals": indicator.decimals,
        "direction": indicator.direction.value,
        "caveats_fr": [each.fr for each in indicator.caveats],
        "caveats_en": [each.en for each in indicator.caveats],
        "sources": list(indicator.sources),
        "cadence": indicator.cadence.value,
        **_plausible(indicator),
        "counts_persons": indicator.counts_persons,
        **_target(indicator),
        "owner_name": indicator.owner.name,
        "owner_email": indicator.owner.email,
        "sensitivity": indicator.sensitivity,
        "reference_u4ssc": indicator.references.u4ssc,
        "reference_label": indicator.references.label,
        "definition_version": indicator.definition_version,
        "history": json.dumps([each.model_dump(mode="json") for each in indicator.history]),
        "headline": indicator.headline,
        "headline_period": indicator.headline_period,
    }


def _texts(indicator: Indicator) -> Row:
    texts = {
        "title": indicator.title,
        "short_title": indicator.short_title,
        "definition": indicator.definition,
        "formula": indicator.formula,
        "period": indicator.period,
    }
    return {
        f"{name}_{language}": text.in_language(language)
        for name, text in texts.items()
        for language in ("fr", "en")
    }


def _plausible(indicator: Indicator) -> Row:
    plausible = indicator.plausible
    change = plausible.change_why
    return {
        "plausible_min": plausible.min,
        "plausible_max": plausible.max,
        "plausible_why_fr": plausible.why.fr,
        "plausible_why_en": plausible.why.en,
        "plausible_severity": plausible.severity,
        "max_change_share": plausible.max_change_share,
        "change_why_fr": change.fr if change else None,
        "change_why_en": change.en if change else None,
    }


def _target(indicator: Indicator) -> Row:
    target = indicator.target
    return {
        "target_value": target.value if target else None,
        "target_by": target.by if target else None,
        "target_reference": target.reference if target else None,
    }


def _claims(what_exists: Catalog) -> Iterable[Row]:
    for document, claim in what_exists.claims():
        yield {
            "claim_id": claim.id,
            "document_id": document.id,
            "document": document.title,
            "publisher": document.publisher,
            "published_on": document.published_on,
            "city_id": claim.city,
            "indicator_id": claim.indicator,
            "said_on": claim.said_on,
            "claimed_value": claim.value,
            "comparison": claim.comparison.value,
            "period": claim.period,
            "sentence": claim.sentence,
        }
