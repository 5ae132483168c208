"""A warehouse as the models leave it, for tests of what comes after them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import duckdb

from arobase import warehouse
from arobase.catalog import Catalog, catalog
from arobase.settings import settings

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)

MARTS = """
create table marts.indicator_values (
    city_id varchar, indicator_id varchar, period_start date, period_end date, value double,
    numerator double, denominator double, origin varchar, status varchar, source_id varchar,
    as_of timestamptz, definition_version integer, _batch_id bigint
);
create table marts.cities (
    city_id varchar, name varchar, insee_code varchar, timezone varchar, population bigint,
    stratum varchar
);
create table marts.freshness (
    city_id varchar, source_id varchar, cadence varchar, last_received_at timestamptz,
    due_at timestamptz, state varchar, last_error varchar
);
create table marts.claims (
    claim_id varchar, document_id varchar, document varchar, publisher varchar, published_on date,
    sentence varchar, said_on date, city_id varchar, indicator_id varchar, claimed_value double,
    comparison varchar, measured_value double, measured_period_start date,
    measured_period_end date, gap double, verdict varchar
);
"""


@dataclass
class Marts:
    """Writes rows the way the loader and the models would."""

    newest: int = 0

    def start(self) -> None:
        with warehouse.writer() as connection:
            connection.execute(MARTS)
            fill_catalogue(connection, catalog())

    def run(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with _opened() as connection:
            return connection.execute(sql, parameters).fetchall()

    def batch(
        self,
        *figures: dict[str, Any],
        source_id: str = "facebook_page",
        city_id: str = "cachan",
        rows_in: int | None = None,
        pages: int = 1,
        received_at: datetime = NOW,
    ) -> int:
        """Load a batch, and give the figures that come of it the batch's number."""
        self.newest += 1
        rows = len(figures) if rows_in is None else rows_in
        with _opened() as connection:
            connection.execute(
                "insert into raw.batches values (?, ?, ?, ?, ?, ?, 'loaded', '', ?, ?, ?, 0, 0)",
                [
                    self.newest,
                    f"batch-{self.newest}",
                    source_id,
                    city_id,
                    received_at,
                    received_at,
                    pages,
                    rows,
                    rows,
                ],
            )
            for row in figures:
                _replace(connection, row | {"_batch_id": self.newest})
        return self.newest


def figure(
    value: float,
    on: date = date(2026, 11, 20),
    *,
    indicator_id: str = "facebook_followers",
    city_id: str = "cachan",
    start: date | None = None,
    **others: Any,
) -> dict[str, Any]:
    """Return a mart row: by default a stock measured on a day."""
    return {
        "city_id": city_id,
        "indicator_id": indicator_id,
        "period_start": start or on,
        "period_end": on,
        "value": value,
        "numerator": None,
        "denominator": None,
        "origin": "measured",
        "status": "published",
        "source_id": "facebook_page",
        "as_of": datetime(on.year, on.month, on.day, 7, tzinfo=UTC),
        "definition_version": 1,
        **others,
    }


def _opened() -> duckdb.DuckDBPyConnection:
    """Open the warehouse as it is: looking for missing tables at each line would slow a test."""
    return duckdb.connect(str(settings().warehouse))


def fill_catalogue(connection: duckdb.DuckDBPyConnection, known: Catalog) -> None:
    for city in known.cities.values():
        connection.execute(
            "insert into catalog.cities values (?, ?, ?, ?)",
            [city.id, city.name, city.insee_code, city.timezone],
        )
        for source_id in city.sources:
            row = [city.id, source_id]
            connection.execute("insert into catalog.city_sources values (?, ?, '{}')", row)
            connection.execute(
                "insert into marts.freshness values (?, ?, 'day', ?, ?, 'fresh', null)",
                [*row, NOW, NOW],
            )
    connection.execute("insert into marts.cities select *, 30000, 'mid' from catalog.cities")
    for source in known.sources.values():
        _insert(
            connection,
            "catalog.sources",
            {
                "source_id": source.id,
                "arrival": source.arrival.value,
                "sensitivity": source.sensitivity,
            },
        )
    for each in known.indicators.values():
        _insert(
            connection,
            "catalog.indicators",
            {
                "indicator_id": each.id,
                "title_fr": each.title.fr,
                "kind": each.kind.value,
                "unit": each.unit.value,
                "sources": list(each.sources),
                "cadence": each.cadence.value,
                "plausible_min": each.plausible.min,
                "plausible_max": each.plausible.max,
                "plausible_severity": each.plausible.severity,
                "max_change_share": each.plausible.max_change_share,
                "counts_persons": each.counts_persons,
                "definition_version": each.definition_version,
                "headline": each.headline,
                "headline_period": each.headline_period,
            },
        )


def _replace(connection: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> None:
    key = ("city_id", "indicator_id", "period_start", "period_end")
    where = " and ".join(f"{name} = ?" for name in key)
    connection.execute(
        f"delete from marts.indicator_values where {where}", [row[name] for name in key]
    )
    _insert(connection, "marts.indicator_values", row)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    holes = ", ".join("?" * len(row))
    connection.execute(f"insert into {table} ({names}) values ({holes})", list(row.values()))
