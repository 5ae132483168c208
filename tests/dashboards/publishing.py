"""A small published folder, written by hand: what the pages are tested on."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb

from arobase.catalog import Catalog, Indicator

NOW = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
MAGAZINE_DAY = date(2020, 10, 1)

MAGAZINE: dict[str, tuple[float, float | None, float | None]] = {
    "open_datasets": (40, None, None),
    "family_accounts": (1298, None, None),
    "facebook_response_delay": (2, None, None),
    "instagram_followers": (1221, None, None),
    "facebook_followers": (2554, None, None),
    "newsletter_subscribers": (986, None, None),
}
GROWTH_A_MONTH = {
    "open_datasets": 0.6,
    "family_accounts": 21.0,
    "facebook_response_delay": 0.02,
    "instagram_followers": 34.0,
    "facebook_followers": 27.0,
    "newsletter_subscribers": -3.0,
}
SOURCE_OF = {
    "fibre_coverage_share": "arcep_fibre",
    "open_datasets": "opendatasoft",
    "online_procedures": "family_portal",
    "family_accounts": "family_portal",
    "facebook_response_delay": "facebook_page",
    "instagram_followers": "instagram",
    "facebook_followers": "facebook_page",
    "newsletter_subscribers": "brevo",
    "participatory_votes_online_share": "decidim",
}
VALUE_COLUMNS = """
city_id VARCHAR, indicator_id VARCHAR, period_start DATE, period_end DATE, value DOUBLE,
numerator DOUBLE, denominator DOUBLE, origin VARCHAR, status VARCHAR, source_id VARCHAR,
as_of TIMESTAMPTZ, definition_version INTEGER, _batch_id BIGINT
"""
OTHER_TABLES = {
    "cities": "city_id VARCHAR, name VARCHAR, insee_code VARCHAR, timezone VARCHAR,"
    " department_code VARCHAR, region_code VARCHAR, epci_code VARCHAR, population BIGINT,"
    " stratum VARCHAR, stratum_fr VARCHAR, stratum_en VARCHAR",
    "city_sources": "city_id VARCHAR, source_id VARCHAR, keys JSON",
    "city_targets": 'city_id VARCHAR, indicator_id VARCHAR, value DOUBLE, "by" DATE,'
    " reference VARCHAR",
    "sources": "source_id VARCHAR, title_fr VARCHAR, title_en VARCHAR, description_fr VARCHAR,"
    " description_en VARCHAR, publisher VARCHAR, licence_name VARCHAR, licence_url VARCHAR,"
    " documentation VARCHAR, theme VARCHAR, arrival VARCHAR, scope VARCHAR, cadence VARCHAR,"
    " grace_hours INTEGER, owner_name VARCHAR, owner_email VARCHAR, sensitivity VARCHAR",
    "findings": "run_id VARCHAR, run_at TIMESTAMPTZ, model VARCHAR, rule VARCHAR, city_id VARCHAR,"
    " indicator_id VARCHAR, period_start DATE, period_end DATE, severity VARCHAR, why_fr VARCHAR,"
    " why_en VARCHAR, observed VARCHAR, expected VARCHAR, unexpected_count BIGINT,"
    " first_seen TIMESTAMPTZ, last_seen TIMESTAMPTZ, resolved_at TIMESTAMPTZ",
    "freshness": "city_id VARCHAR, source_id VARCHAR, cadence VARCHAR,"
    " last_received_at TIMESTAMPTZ, due_at TIMESTAMPTZ, state VARCHAR, last_error VARCHAR",
    "claims": "claim_id VARCHAR, document_id VARCHAR, document VARCHAR, publisher VARCHAR,"
    " published_on DATE, sentence VARCHAR, said_on DATE, city_id VARCHAR, indicator_id VARCHAR,"
    " claimed_value DOUBLE, comparison VARCHAR, measured_value DOUBLE,"
    " measured_period_start DATE, measured_period_end DATE, gap DOUBLE, verdict VARCHAR",
    "publication": "published_at TIMESTAMPTZ, version BIGINT, code_revision VARCHAR,"
    " high_water_marks JSON, event_latency_p50_s DOUBLE, event_latency_p95_s DOUBLE",
    "quarantine": "_batch_id BIGINT, source_id VARCHAR, city_id VARCHAR, stream VARCHAR,"
    " file VARCHAR, line BIGINT, column_name VARCHAR, code VARCHAR, reason_fr VARCHAR,"
    " reason_en VARCHAR, value VARCHAR, original VARCHAR, received_at TIMESTAMPTZ",
    "notices": "_batch_id BIGINT, source_id VARCHAR, city_id VARCHAR, stream VARCHAR,"
    " severity VARCHAR, code VARCHAR, message_fr VARCHAR, message_en VARCHAR,"
    " received_at TIMESTAMPTZ",
    "batches": "_batch_id BIGINT, batch VARCHAR, source_id VARCHAR, city_id VARCHAR,"
    " received_at TIMESTAMPTZ, loaded_at TIMESTAMPTZ, status VARCHAR, error VARCHAR,"
    " pages INTEGER, rows_in BIGINT, rows_loaded BIGINT, rows_quarantined BIGINT,"
    " rows_deduplicated BIGINT",
}


class Publisher:
    """Writes versions of a published folder, as `arobase.publish` does; each starts from the template."""

    def __init__(self, folder: Path, template: Path) -> None:
        self.folder, self.template, self.version = folder, template, 0
        (folder / "versions").mkdir(parents=True)

    def publish(self, *changes: str) -> int:
        """Write a new version, changed by these statements, and make it the current one."""
        self.version += 1
        path = self.folder / "versions" / f"marts-{self.version:06d}.duckdb"
        shutil.copyfile(self.template, path)
        with duckdb.connect(str(path)) as connection:
            for change in changes:
                connection.execute(change)
            connection.execute(
                "insert into publication values (?, ?, 'abc1234', '{}', 1.4, 6.25)",
                [NOW - timedelta(minutes=30) + timedelta(seconds=self.version), self.version],
            )
        link = self.folder / "marts.next"
        link.symlink_to(path)
        link.replace(self.folder / "marts.duckdb")
        return self.version


def write_template(path: Path, catalog: Catalog) -> Path:
    """Write the database that every version starts from."""
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table indicator_values ({VALUE_COLUMNS})")
        for table, columns in OTHER_TABLES.items():
            connection.execute(f"create table {table} ({columns})")
        connection.execute("begin")
        _write_catalog(connection, catalog, path.with_suffix(".json"))
        _write_values(connection)
        _write_claims(connection, catalog)
        _write_quality(connection, catalog)
        connection.execute("commit")
    return path


def _write_catalog(connection: duckdb.DuckDBPyConnection, catalog: Catalog, scratch: Path) -> None:
    for city in catalog.cities.values():
        connection.execute(
            "insert into cities values (?, ?, ?, ?, '94', '11', '200054781', 30000, 's', 'x', 'x')",
            [city.id, city.name, city.insee_code, city.timezone],
        )
        for source_id in city.sources:
            connection.execute("insert into city_sources values (?, ?, '{}')", [city.id, source_id])
        for indicator_id, target in city.targets.items():
            connection.execute(
                "insert into city_targets values (?, ?, ?, ?, ?)",
                [city.id, indicator_id, target.value, target.by, target.reference],
            )
    for source in catalog.sources.values():
        connection.execute(
            "insert into sources values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                source.id, source.title.fr, source.title.en, source.description.fr,
                source.description.en, source.publisher, source.licence.name,
                str(source.licence.url), str(source.documentation), source.theme, source.arrival,
                source.scope, source.cadence.every, source.cadence.grace_hours, source.owner.name,
                source.owner.email, source.sensitivity,
            ],
        )  # fmt: skip
    rows = [_indicator_row(each) for each in catalog.indicators.values()]
    scratch.write_text(json.dumps(rows, default=str))
    connection.execute(
        f"create table indicators as select * replace (history::json as history)"
        f" from read_json('{scratch}', columns = {{{_indicator_columns(rows[0])}}})"
    )
    scratch.unlink()


def _indicator_columns(row: dict[str, object]) -> str:
    kinds = {
        "decimals": "INTEGER", "plausible_min": "DOUBLE", "plausible_max": "DOUBLE",
        "max_change_share": "DOUBLE", "target_value": "DOUBLE", "target_by": "DATE",
        "definition_version": "INTEGER", "headline": "INTEGER", "caveats_fr": "VARCHAR[]",
        "caveats_en": "VARCHAR[]", "sources": "VARCHAR[]",
    }  # fmt: skip
    return ", ".join(f"{name}: '{kinds.get(name, 'VARCHAR')}'" for name in row)


def _indicator_row(each: Indicator) -> dict[str, object]:
    texts = ("title", "short_title", "definition", "formula", "period")
    row: dict[str, object] = {"indicator_id": each.id}
    for name in texts:
        row |= {f"{name}_fr": getattr(each, name).fr, f"{name}_en": getattr(each, name).en}
    why = each.plausible.why
    return row | {
        "theme": each.theme, "kind": each.kind, "unit": each.unit, "decimals": each.decimals,
        "direction": each.direction, "caveats_fr": [text.fr for text in each.caveats],
        "caveats_en": [text.en for text in each.caveats], "sources": list(each.sources),
        "cadence": each.cadence, "plausible_min": each.plausible.min,
        "plausible_max": each.plausible.max, "plausible_why_fr": why.fr, "plausible_why_en": why.en,
        "target_value": None, "target_by": None, "target_reference": None,
        "owner_name": each.owner.name, "owner_email": each.owner.email,
        "reference_u4ssc": each.references.u4ssc, "definition_version": each.definition_version,
        "history": json.dumps(
            [{"version": v.version, "since": v.since.isoformat(), "change": v.change.model_dump()}
             for v in each.history]
        ),
        "headline": each.headline, "headline_period": each.headline_period,
    }  # fmt: skip


def _write_values(connection: duckdb.DuckDBPyConnection) -> None:
    rows: list[tuple[object, ...]] = []
    for city_id, scale in (("cachan", 1.0), ("montrouge", 1.6)):
        rows += _stocks(city_id, scale) + _procedures(city_id, scale) + _rates(city_id)
    statement = (
        "insert into indicator_values values (?, ?, ?, ?, ?, ?, ?, 'measured', ?, ?, ?, 1, 1)"
    )
    connection.executemany(statement, rows)


def _months() -> list[date]:
    found = [date(year, month, 1) for year in range(2020, 2027) for month in range(1, 13)]
    return [day for day in found if MAGAZINE_DAY <= day <= NOW.date()] + [NOW.date()]


def _row(
    city_id: str, indicator_id: str, start: date, end: date, value: float
) -> tuple[object, ...]:
    as_of = datetime(end.year, end.month, end.day, 6, tzinfo=UTC)
    source_id = SOURCE_OF[indicator_id]
    return (city_id, indicator_id, start, end, value, None, None, "published", source_id, as_of)


def _stocks(city_id: str, scale: float) -> list[tuple[object, ...]]:
    rows = []
    for indicator_id, (first, _, _) in MAGAZINE.items():
        for number, day in enumerate(_months()):
            wave = 1 + 0.02 * ((number * 7) % 5 - 2) * (number > 0)
            value = (first + GROWTH_A_MONTH[indicator_id] * number) * wave
            value = value if indicator_id == "facebook_response_delay" else round(value * scale)
            start = day - timedelta(days=29) if "delay" in indicator_id else day
            rows.append(_row(city_id, indicator_id, start, day, value))
    return rows


def _procedures(city_id: str, scale: float) -> list[tuple[object, ...]]:
    first, total, rows = date(2020, 8, 3), 3976 * scale, []
    for number, day in enumerate(_months()):
        total += number and 900 * scale * (1 + 0.4 * ((number % 12) in (8, 9)))
        rows.append(_row(city_id, "online_procedures", first, day, round(total)))
        if number and day.day == 1:
            start = date(day.year - (day.month == 1), (day.month - 2) % 12 + 1, 1)
            month = round(900 * scale * (1 + 0.4 * ((number % 12) in (8, 9))))
            rows.append(_row(city_id, "online_procedures", start, day - timedelta(days=1), month))
    started = NOW.date().replace(day=1)
    row = list(_row(city_id, "online_procedures", started, date(2026, 11, 30), round(610 * scale)))
    row[7] = "provisional"
    return [*rows, tuple(row)]


def _rates(city_id: str) -> list[tuple[object, ...]]:
    rows = []
    for number in range(25):
        end = date(2020 + (number + 2) // 4, (number + 2) % 4 * 3 + 1, 1) - timedelta(days=1)
        top = min(12424 + 30 * number, 13078)
        row = list(_row(city_id, "fibre_coverage_share", end, end, 100 * top / 13078))
        row[5], row[6] = top, 13078
        rows.append(tuple(row))
    for year in range(2019, 2026):
        online = 2305 + 80 * (year - 2019)
        row = list(
            _row(city_id, "participatory_votes_online_share", date(year, 1, 1), date(year, 12, 31),
                 100 * online / 3021)
        )  # fmt: skip
        row[5], row[6] = online, 3021
        rows.append(tuple(row))
    return rows


def _write_claims(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    measured = {name: value for name, (value, _, _) in MAGAZINE.items()}
    measured |= {
        "online_procedures": 3976,
        "fibre_coverage_share": 94.9992,
        "participatory_votes_online_share": 76.3,
    }
    for document, claim in catalog.claims():
        value = measured.get(claim.indicator)
        connection.execute(
            "insert into claims values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                claim.id, document.id, document.title, document.publisher, document.published_on,
                claim.sentence, claim.said_on, claim.city, claim.indicator, claim.value,
                claim.comparison, value, claim.said_on, claim.said_on, 0.0, "confirmed",
            ],
        )  # fmt: skip


def _write_quality(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    received = NOW - timedelta(hours=1)
    number = 0
    for city in catalog.cities.values():
        for source_id in city.sources:
            number += 1
            connection.execute(
                "insert into freshness values (?, ?, 'day', ?, ?, 'fresh', null)",
                [city.id, source_id, received, received + timedelta(days=1)],
            )
            connection.execute(
                "insert into batches values (?, ?, ?, ?, ?, ?, 'loaded', null, 1, 120, 117, 2, 1)",
                [number, f"{source_id}-{number}", source_id, city.id, received, received],
            )
    connection.execute(
        "insert into quarantine values (8, 'family_portal', 'cachan', 'requests', 'export_demandes.csv',"
        " 42, 'filed_on', 'not_a_date', 'La date « 31/02/2026 » n''existe pas.',"
        " 'The date “31/02/2026” does not exist.', '31/02/2026', '...', ?)",
        [received],
    )
    connection.execute(
        "insert into notices values (8, 'family_portal', 'cachan', 'requests', 'info', 'renamed',"
        " 'La colonne « Date dépôt » a été lue comme « Date de dépôt ».',"
        " 'The column “Date dépôt” was read as “Date de dépôt”.', ?)",
        [received],
    )
