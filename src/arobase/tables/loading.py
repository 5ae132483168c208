"""A table into its raw table, in one pass of DuckDB; refused lines come back, explained."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import orjson

from arobase.tables import checks
from arobase.tables.reading import Table
from arobase.tables.reasons import Rejected, of_cell
from arobase.tables.repair import counts, located, repaired, shown
from arobase.warehouse.schema import literal

_LONGEST_LINE_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Provenance:
    """What each row says about where it comes from."""

    batch_id: int
    page: int
    city_id: str
    received_at: datetime
    context: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of the records of a table."""

    rows_in: int
    rows_loaded: int
    rejected: tuple[Rejected, ...]


class IrregularTable(Exception):
    """DuckDB will not read this file as it is: roll back, and load it with `careful`."""


def load_table(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    into: str,
    provenance: Provenance,
    scratch: Path,
    *,
    careful: bool = False,
) -> Loaded:
    """Insert the good lines of a table, and return the others.

    Raises:
        IrregularTable: the file must be read carefully; the transaction is lost.
    """
    unreadable: list[Rejected] = []
    if careful or not table.plain:
        table, unreadable = repaired(table, scratch)
    try:
        inserted = connection.execute(_insert(table, into, provenance)).fetchone()
    except (duckdb.InvalidInputException, duckdb.ConversionException) as error:
        if table.origin is not None:
            raise
        raise IrregularTable(str(error)) from error
    read = int(inserted[0]) if inserted else 0
    place = _Place(into, provenance)
    marked = place.count_marked(connection)
    refused, not_records = _refused(connection, table, place) if marked else ([], 0)
    place.number_rows(connection)
    rejected = (*unreadable, *refused)
    return Loaded(
        rows_in=read + len(unreadable) - not_records,
        rows_loaded=read - marked,
        rejected=tuple(sorted(rejected, key=lambda each: each.line)),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """The rows just inserted; `_row` first holds minus the columns at fault, one bit each."""

    table: str
    provenance: Provenance

    @property
    def _where(self) -> str:
        return f"_batch_id = {self.provenance.batch_id} and _page = {self.provenance.page}"

    def count_marked(self, connection: duckdb.DuckDBPyConnection) -> int:
        row = connection.execute(
            f"select count(*) from {self.table} where {self._where} and _row < 0"
        ).fetchone()
        return int(row[0]) if row else 0

    def take_marked(
        self, connection: duckdb.DuckDBPyConnection, columns: list[str]
    ) -> list[tuple[object, ...]]:
        """Return the ordinal, fault bits and cells of the marked rows, and remove them."""
        listed = "".join(f', "{column}"' for column in columns)
        rows = connection.execute(
            f"select ordinal, -_row{listed} from (select *, row_number() over (order by rowid) - 1"
            f" as ordinal from {self.table} where {self._where}) where _row < 0 order by ordinal"
        ).fetchall()
        connection.execute(f"delete from {self.table} where {self._where} and _row < 0")
        return rows

    def number_rows(self, connection: duckdb.DuckDBPyConnection) -> None:
        # Numbering while reading would leave the reading to one thread.
        connection.execute(
            f"update {self.table} set _row = rowid - (select min(rowid) from {self.table}"
            f" where {self._where}) + 1 where {self._where}"
        )


def _refused(
    connection: duckdb.DuckDBPyConnection, table: Table, place: _Place
) -> tuple[list[Rejected], int]:
    columns = list(table.layout.stream.columns)
    rows = place.take_marked(connection, columns)
    lines = located(table, (int(str(row[0])) for row in rows))
    rejected = []
    for ordinal, bits, *cells in rows:
        line, record = lines[int(str(ordinal))]
        if not counts(record, table):
            continue
        column_id = columns[_lowest_bit(int(str(bits)))]
        value = cells[columns.index(column_id)]
        reason = of_cell(
            table.layout.header(column_id),
            table.layout.stream.columns[column_id],
            None if value is None else str(value),
        )
        rejected.append(Rejected(line, shown(record.text), reason))
    return rejected, len(rows) - len(rejected)


def _lowest_bit(bits: int) -> int:
    return (bits & -bits).bit_length() - 1


def _insert(table: Table, into: str, provenance: Provenance) -> str:
    """Three steps: the text of each cell, the listed value it means, what is wrong with either."""
    columns = table.layout.stream.columns
    positions = table.layout.positions
    texts = ", ".join(
        f"{checks.text_expression(f'c{position}', padded=table.padded)} as {_text(column_id)}"
        for column_id, position in positions.items()
    )
    listed = ", ".join(
        f"{checks.listed_expression(_text(column_id), columns[column_id])} as {_listed(column_id)}"
        for column_id in positions
    )
    kept = ", ".join(
        f'coalesce({_listed(column_id)}, {_text(column_id)}) as "{column_id}"'
        for column_id in positions
    )
    faults = checks.bit_sum(
        [
            checks.fault_expression(_text(column_id), _listed(column_id), column)
            if column_id in positions
            else None
            for column_id, column in columns.items()
        ]
    )
    return (
        f"insert into {into} by name"
        f" select {kept}, {_constants(provenance)}, -{faults} as _row,"
        f" hash({', '.join(map(_text, positions))}) as _record_hash"
        f" from (select *, {listed} from (select {texts} from {_reader(table)}))"
    )


def _constants(provenance: Provenance) -> str:
    context = literal(orjson.dumps(dict(provenance.context)).decode())
    return (
        f"{context}::json as context, {literal(provenance.city_id)} as city_id,"
        f" {provenance.batch_id}::bigint as _batch_id,"
        f" '{provenance.received_at.isoformat()}'::timestamptz as _received_at,"
        f" {provenance.page}::integer as _page"
    )


def _reader(table: Table) -> str:
    cells = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(table.width))
    newline = table.newline.replace("\r", "\\r").replace("\n", "\\n")
    return (
        f"read_csv({literal(str(table.path))}, auto_detect=false, header=false,"
        f" skip={table.skip_lines}, delim={literal(table.separator)}, quote='\"',"
        f" escape='\"', new_line='{newline}', max_line_size={_LONGEST_LINE_BYTES},"
        f" columns={{{cells}}})"
    )


def _text(column_id: str) -> str:
    return f'"{column_id} text"'


def _listed(column_id: str) -> str:
    return f'"{column_id} listed"'
