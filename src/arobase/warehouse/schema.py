"""Every table that is always in the warehouse: fixed ones, and one per stream of the catalogue.

No primary keys and no indexes: they make a DuckDB file slow and fragile, and the loader and the
models already say what is unique.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import orjson

from arobase.catalog import Catalog, Stream

_FROM_LANDING: Mapping[str, str] = {
    "city_id": "VARCHAR",
    "_batch_id": "BIGINT",
    "_received_at": "TIMESTAMPTZ",
    "_page": "INTEGER",
    "_row": "BIGINT",
    "_record_hash": "UBIGINT",
}

_TABLES: Mapping[str, Mapping[str, str]] = {
    "raw.batches": {
        "_batch_id": "BIGINT",
        "batch": "VARCHAR",
        "source_id": "VARCHAR",
        "city_id": "VARCHAR",
        "received_at": "TIMESTAMPTZ",
        "loaded_at": "TIMESTAMPTZ",
        "status": "VARCHAR",
        "error": "VARCHAR",
        "pages": "INTEGER",
        "rows_in": "BIGINT",
        "rows_loaded": "BIGINT",
        "rows_quarantined": "BIGINT",
        "rows_deduplicated": "BIGINT",
    },
    "raw.batch_pages": {
        "_batch_id": "BIGINT",
        "_page": "INTEGER",
        "stream": "VARCHAR",
        "sha256": "VARCHAR",
        "definition": "VARCHAR",
    },
    "raw.quarantine": {
        "_batch_id": "BIGINT",
        "source_id": "VARCHAR",
        "city_id": "VARCHAR",
        "stream": "VARCHAR",
        "file": "VARCHAR",
        "line": "BIGINT",
        "column_name": "VARCHAR",
        "code": "VARCHAR",
        "reason_fr": "VARCHAR",
        "reason_en": "VARCHAR",
        "value": "VARCHAR",
        "original": "VARCHAR",
        "received_at": "TIMESTAMPTZ",
    },
    "raw.notices": {
        "_batch_id": "BIGINT",
        "source_id": "VARCHAR",
        "city_id": "VARCHAR",
        "stream": "VARCHAR",
        "severity": "VARCHAR",
        "code": "VARCHAR",
        "message_fr": "VARCHAR",
        "message_en": "VARCHAR",
        "received_at": "TIMESTAMPTZ",
    },
    "catalog.cities": {
        "city_id": "VARCHAR",
        "name": "VARCHAR",
        "insee_code": "VARCHAR",
        "timezone": "VARCHAR",
    },
    "catalog.city_sources": {"city_id": "VARCHAR", "source_id": "VARCHAR", "keys": "JSON"},
    "catalog.city_targets": {
        "city_id": "VARCHAR",
        "indicator_id": "VARCHAR",
        "value": "DOUBLE",
        "by": "DATE",
        "reference": "VARCHAR",
    },
    "catalog.indicators": {
        **dict.fromkeys(
            (
                "indicator_id",
                "title_fr",
                "title_en",
                "short_title_fr",
                "short_title_en",
                "theme",
                "kind",
                "unit",
            ),
            "VARCHAR",
        ),
        "decimals": "INTEGER",
        **dict.fromkeys(
            ("direction", "definition_fr", "definition_en", "formula_fr", "formula_en"), "VARCHAR"
        ),
        **dict.fromkeys(("caveats_fr", "caveats_en", "sources"), "VARCHAR[]"),
        **dict.fromkeys(("period_fr", "period_en", "cadence"), "VARCHAR"),
        **dict.fromkeys(("plausible_min", "plausible_max"), "DOUBLE"),
        **dict.fromkeys(("plausible_why_fr", "plausible_why_en", "plausible_severity"), "VARCHAR"),
        "max_change_share": "DOUBLE",
        **dict.fromkeys(("change_why_fr", "change_why_en"), "VARCHAR"),
        "counts_persons": "BOOLEAN",
        "target_value": "DOUBLE",
        "target_by": "DATE",
        **dict.fromkeys(
            (
                "target_reference",
                "owner_name",
                "owner_email",
                "sensitivity",
                "reference_u4ssc",
                "reference_label",
            ),
            "VARCHAR",
        ),
        "definition_version": "INTEGER",
        "history": "JSON",
        "headline": "INTEGER",
        "headline_period": "VARCHAR",
    },
    "catalog.sources": {
        **dict.fromkeys(
            (
                "source_id",
                "title_fr",
                "title_en",
                "description_fr",
                "description_en",
                "publisher",
                "licence_name",
                "licence_url",
                "documentation",
                "theme",
                "arrival",
                "scope",
                "cadence",
            ),
            "VARCHAR",
        ),
        "grace_hours": "INTEGER",
        **dict.fromkeys(("owner_name", "owner_email", "sensitivity"), "VARCHAR"),
    },
    "catalog.claims": {
        **dict.fromkeys(("claim_id", "document_id", "document", "publisher"), "VARCHAR"),
        "published_on": "DATE",
        **dict.fromkeys(("city_id", "indicator_id"), "VARCHAR"),
        "said_on": "DATE",
        "claimed_value": "DOUBLE",
        **dict.fromkeys(("comparison", "period", "sentence"), "VARCHAR"),
    },
    "catalog.clock": {"now": "TIMESTAMPTZ"},
    "quality.findings": {
        "run_id": "VARCHAR",
        "run_at": "TIMESTAMPTZ",
        **dict.fromkeys(("model", "rule", "city_id", "indicator_id"), "VARCHAR"),
        **dict.fromkeys(("period_start", "period_end"), "DATE"),
        **dict.fromkeys(("severity", "why_fr", "why_en", "observed", "expected"), "VARCHAR"),
        "unexpected_count": "BIGINT",
        **dict.fromkeys(("first_seen", "last_seen", "resolved_at"), "TIMESTAMPTZ"),
    },
    "meta.marks": {
        "step": "VARCHAR",
        "_batch_id": "BIGINT",
        "moved_at": "TIMESTAMPTZ",
        "fingerprint": "VARCHAR",
    },
}

_SCHEMAS = ("raw", "catalog", "staging", "intermediate", "marts", "quality", "meta")


def raw_table(source_id: str, stream_id: str) -> str:
    """Return the name of a stream's raw table."""
    return f"raw.{source_id}__{stream_id}"


def literal(text: str) -> str:
    """Return a text as an SQL literal.

    For the loader: its first query with parameters would make DuckDB import pandas.
    """
    return "'" + text.replace("'", "''") + "'"


def ensure_tables(connection: duckdb.DuckDBPyConnection, what_exists: Catalog) -> None:
    """Create the schemas and tables that are missing, and the columns the catalogue gained."""
    present = _present_columns(connection)
    for schema in _SCHEMAS:
        connection.execute(f"create schema if not exists {schema}")
    for table, columns in _tables(what_exists).items():
        if table not in present:
            listed = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
            connection.execute(f"create table {table} ({listed})")
            continue
        for name in columns.keys() - present[table]:
            connection.execute(f'alter table {table} add column "{name}" {columns[name]}')


def insert_rows(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    rows: Sequence[Mapping[str, object]],
    scratch: Path,
) -> None:
    """Insert rows of a fixed table through a file: row by row DuckDB takes a millisecond each."""
    if not rows:
        return
    spool = scratch / f"{table}.rows"
    with spool.open("wb") as file:
        file.writelines(orjson.dumps(row) + b"\n" for row in rows)
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in _TABLES[table].items())
    connection.execute(
        f"insert into {table} by name select * from read_json({literal(str(spool))},"
        f" format='newline_delimited', columns={{{columns}}})"
    )


def _tables(what_exists: Catalog) -> dict[str, Mapping[str, str]]:
    tables = dict(_TABLES)
    for source in what_exists.sources.values():
        for stream_id, stream in source.streams.items():
            tables[raw_table(source.id, stream_id)] = _stream_columns(stream)
    return tables


def _stream_columns(stream: Stream) -> Mapping[str, str]:
    if stream.format == "table":
        own = {**dict.fromkeys(stream.columns, "VARCHAR"), "context": "JSON"}
    else:
        own = {"record": "JSON", "context": "JSON"}
    return {**own, **_FROM_LANDING}


def _present_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    rows = connection.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns()"
        " where database_name = current_database() and not internal group by all"
    ).fetchall()
    return {table: set(columns) for table, columns in rows}
