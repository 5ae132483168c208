"""Great Expectations on an open DuckDB connection, in SQL. Importing this module takes seconds.

Great Expectations closes a connection before it reads the result, which DuckDB does not survive
(fivetran/great_expectations #11579): the engine below keeps one open.
"""

from __future__ import annotations

import builtins
import copy
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import great_expectations as gx
from duckdb_engine import ConnectionWrapper
from great_expectations.core import ExpectationSuite
from great_expectations.data_context.types.base import (
    DataContextConfig,
    InMemoryStoreBackendDefaults,
    ProgressBarsConfig,
)
from great_expectations.datasource.fluent.interfaces import Batch
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)
from great_expectations.expectations.expectation import Expectation
from sqlalchemy.pool import NullPool

from arobase.errors import AuditFailed


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs every statement on one connection, kept until the audit ends."""

    @contextmanager
    def get_connection(self) -> Iterator[Any]:
        """Yield the one connection."""
        if self._connection is None:
            self._connection = self.engine.connect()
        yield self._connection

    def close(self) -> None:
        """End the transaction that reading began, so that the writer may checkpoint."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        super().close()


class DuckDBDatasource(SQLDatasource):
    """Adds `context.data_sources.add_duckdb` by being defined."""

    type: Literal["duckdb"] = "duckdb"  # type: ignore[assignment]

    @property
    def execution_engine_type(self) -> builtins.type[SqlAlchemyExecutionEngine]:
        """Return the engine that keeps its connection."""
        return DuckDBExecutionEngine


@dataclass(frozen=True, slots=True)
class Unmet:
    """An expectation that rows do not meet: what it says of itself, and those rows."""

    severity: str
    meta: Mapping[str, Any]
    rows: Sequence[Mapping[str, Any]]
    """With all their columns."""


def unmet(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, suite: ExpectationSuite
) -> list[Unmet]:
    """Return the expectations of a suite that rows of a table do not meet.

    A first pass only counts, all expectations in one scan; a second one fetches the rows of those
    that failed. The table must be committed: it is read through a connection of its own.

    Raises:
        AuditFailed: an expectation could not be computed.
    """
    with _batch(connection, schema, table) as batch:
        counted = _validated(batch, suite.expectations, {"result_format": "BOOLEAN_ONLY"})
        failed = [
            expectation
            for expectation, result in zip(suite.expectations, counted, strict=True)
            if not result["success"]
        ]
        if not failed:
            return []
        detail = {
            "result_format": "COMPLETE",
            "unexpected_index_column_names": connection.table(f"{schema}.{table}").columns,
        }
        return [
            Unmet(expectation.severity.value, expectation.meta or {}, _rows(result))
            for expectation, result in zip(failed, _validated(batch, failed, detail), strict=True)
        ]


@contextmanager
def _batch(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> Iterator[Batch]:
    # Nothing is told to anybody, shown, or left on the disk.
    quiet = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        analytics_enabled=False,
        progress_bars=ProgressBarsConfig(globally=False),
    )
    context = gx.get_context(mode="ephemeral", project_config=quiet)

    def opened() -> ConnectionWrapper:
        cursor = connection.cursor()
        cursor.execute(f"use {schema}")
        return ConnectionWrapper(cursor)

    source = context.data_sources.add_duckdb(
        "warehouse",
        connection_string="duckdb:///:memory:",
        kwargs={"creator": opened, "poolclass": NullPool},
    )
    asset = source.add_table_asset(table, table_name=table)
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    try:
        yield batch
    finally:
        batch.data.execution_engine.close()


def _validated(
    batch: Batch, expectations: Sequence[Expectation], result_format: Mapping[str, Any]
) -> Sequence[Any]:
    # Copies, because an expectation belongs to the first suite it is put in; numbered, because
    # results come back in an order of their own.
    numbered = [
        copied.copy(update={"meta": {**(copied.meta or {}), "place": place}})
        for place, copied in enumerate(map(copy.copy, expectations))
    ]
    suite = ExpectationSuite(name="pass", expectations=numbered)
    results = batch.validate(suite, result_format=dict(result_format)).results
    for result in results:
        _refuse_exception(result)
    return sorted(results, key=lambda result: int(result.expectation_config.meta["place"]))


def _refuse_exception(result: Any) -> None:
    info = result.exception_info or {}
    details = [info] if "raised_exception" in info else list(info.values())
    for detail in details:
        if detail.get("raised_exception"):
            rule = result.expectation_config.meta.get("rule", result.expectation_config.type)
            raise AuditFailed(f"{rule}: could not be checked: {detail['exception_message']}")


def _rows(result: Any) -> Sequence[Mapping[str, Any]]:
    rows: Sequence[Mapping[str, Any]] = result.result["unexpected_index_list"] or []
    return rows
