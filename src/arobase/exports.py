"""A published table as a file: CSV, Parquet, JSON or XLSX.

A text that a spreadsheet would take for a formula is written so that it stays a text.
"""

from __future__ import annotations

import difflib
import io
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from arobase.errors import UsageError
from arobase.published import Reader, Row, published

Format = Literal["csv", "parquet", "json", "xlsx"]

MEDIA_TYPES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
COPY_OPTIONS: Mapping[str, str] = {
    "csv": "format csv, header true",
    "french": "format csv, header true, delimiter ';'",
    "parquet": "format parquet",
    "json": "format json, array true",
}
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""Without it a French Excel reads UTF-8 as Windows-1252."""

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the start of a formula (OWASP, CSV injection)."""

GUARDED = r"if(regexp_matches({text}, '^[=+@\t\r-]'), chr(39) || {text}, {text})"
FRENCH_CELLS: Mapping[str, str] = {
    "DOUBLE": "replace({column}::varchar, '.', ',')",
    "DECIMAL": "replace({column}::varchar, '.', ',')",
    "DATE": "strftime({column}, '%d/%m/%Y')",
    "BOOLEAN": "if({column}, 'oui', 'non')",
}
TABLES = "select table_name from duckdb_tables()"
COLUMNS = """
select column_name, data_type from duckdb_columns() where table_name = ? order by column_index
"""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows of which published table. Days are those of `period_end`, both included."""

    table: str
    city: str | None = None
    indicator: str | None = None
    since: date | None = None
    until: date | None = None
    hidden_indicators: tuple[str, ...] = ()

    def conditions(self) -> Iterator[tuple[str, str, object]]:
        """Yield (column, SQL condition on it, value) for each condition that was given."""
        given = (
            ("city_id", "{} = ?", self.city),
            ("indicator_id", "{} = ?", self.indicator),
            ("period_end", "{} >= ?", self.since),
            ("period_end", "{} <= ?", self.until),
            ("indicator_id", "not list_contains(?, {})", list(self.hidden_indicators) or None),
        )
        yield from (condition for condition in given if condition[2] is not None)


def export_table(
    table: str,
    file_format: Format,
    *,
    city: str | None = None,
    indicator: str | None = None,
    french: bool = False,
) -> bytes:
    """Return a published table, or its rows of one town or indicator, as the bytes of a file.

    Raises:
        UsageError: there is no such table or column, or nothing is published yet.
    """
    reader = published().current()
    return export(reader, Selection(table, city, indicator), file_format, french=french)


def export(
    reader: Reader,
    selection: Selection,
    file_format: Format,
    *,
    french: bool = False,
) -> bytes:
    """Return the selected rows as the bytes of a file; `french` is for CSV: `;` and decimal commas.

    Raises:
        UsageError: there is no such table or column.
    """
    if french and file_format != "csv":
        raise UsageError("the French variant is for csv: the other formats need none")
    types = _column_types(reader, selection)
    if file_format == "xlsx":
        query, values = _query(selection, _plain_cells(types), types)
        return _workbook(selection.table, list(types), reader.query(query, values))
    cells = _plain_cells(types)
    if file_format == "csv":
        cells = {name: _text_cell(name, type_, french=french) for name, type_ in types.items()}
    query, values = _query(selection, cells, types)
    options = COPY_OPTIONS["french" if french else file_format]
    content = _copied(reader, query, values, options)
    return BYTE_ORDER_MARK + content if french else content


def records(reader: Reader, selection: Selection) -> list[Row]:
    """Return the selected rows as mappings.

    Raises:
        UsageError: there is no such table or column.
    """
    types = _column_types(reader, selection)
    query, values = _query(selection, _plain_cells(types), types)
    return reader.query(query, values)


def _plain_cells(types: Mapping[str, str]) -> dict[str, str]:
    return {name: f"t.{_quoted(name)}" for name in types}


def _column_types(reader: Reader, selection: Selection) -> dict[str, str]:
    tables = sorted(row["table_name"] for row in reader.query(TABLES))
    if selection.table not in tables:
        near = difflib.get_close_matches(selection.table, tables, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(tables)}"
        raise UsageError(f"unknown published table {selection.table!r}; {hint}")
    described = reader.query(COLUMNS, [selection.table])
    types = {row["column_name"]: row["data_type"] for row in described}
    for column, _, _ in selection.conditions():
        if column not in types:
            raise UsageError(f"{selection.table} has no {column}: it cannot be filtered by it")
    return types


def _query(
    selection: Selection, cells: Mapping[str, str], types: Mapping[str, str]
) -> tuple[str, list[object]]:
    """Return the statement and its values: names come from the database, values are bound."""
    conditions = list(selection.conditions())
    shown = ", ".join(f"{cell} as {_quoted(name)}" for name, cell in cells.items())
    query = f"select {shown} from {_quoted(selection.table)} as t"
    if conditions:
        query += " where " + " and ".join(
            condition.format(f"t.{_quoted(column)}") for column, condition, _ in conditions
        )
    order = [name for name, type_ in types.items() if type_ in {"VARCHAR", "DATE", "BIGINT"}]
    query += " order by " + ", ".join(f"t.{_quoted(name)}" for name in order) if order else ""
    return query, [value for _, _, value in conditions]


def _text_cell(name: str, type_: str, *, french: bool) -> str:
    column = f"t.{_quoted(name)}"
    if type_ in {"VARCHAR", "JSON"}:
        return GUARDED.format(text=f"{column}::varchar")
    if type_.endswith("[]"):
        return GUARDED.format(text=f"array_to_string({column}, ' | ')")
    shape = FRENCH_CELLS.get(type_.partition("(")[0], "{column}") if french else "{column}"
    return shape.format(column=column)


def _copied(reader: Reader, query: str, values: list[object], options: str) -> bytes:
    with tempfile.TemporaryDirectory(prefix="arobase-export-") as folder:
        path = Path(folder) / "export"
        reader.query(f"copy ({query}) to '{path}' ({options})", values)
        return path.read_bytes()


def _workbook(table: str, names: list[str], rows: list[Row]) -> bytes:
    import xlsxwriter

    content = io.BytesIO()
    # A text is never turned into a formula, a link or a number: it is shown as it was published.
    options = {"strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    workbook = xlsxwriter.Workbook(content, {**options, "in_memory": True})
    formats = {
        date: workbook.add_format({"num_format": "dd/mm/yyyy"}),
        datetime: workbook.add_format({"num_format": "dd/mm/yyyy hh:mm"}),
    }
    sheet = workbook.add_worksheet(table[:31])
    sheet.write_row(0, 0, names, workbook.add_format({"bold": True}))
    sheet.freeze_panes(1, 0)
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row.values()):
            sheet.write(number, column, _cell(value), formats.get(type(value)))
    sheet.autofilter(0, 0, max(len(rows), 1), len(names) - 1)
    workbook.close()
    return content.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        value = " | ".join(str(each) for each in value)
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        # The cell is a text already; the mark protects it if the sheet is saved again as CSV.
        return f"'{value}"
    return value


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
