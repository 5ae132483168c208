"""Spreadsheets, turned into a delimited text file with one line for each row that is not empty."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from arobase.catalog import ColumnType
from arobase.errors import SourceChanged
from arobase.tables.header import Layout, Row

SEPARATOR = ";"
MOST_CELLS = 30_000_000

_FIRST_DAY = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's day number has no zone


def sheets(path: Path) -> Iterator[list[Row]]:
    """Yield the rows of each sheet that has any, with their row numbers, as text.

    Raises:
        SourceChanged: the file is no spreadsheet, is damaged, or asks for a password.
    """
    try:
        workbook = python_calamine.load_workbook(str(path))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            rows = _rows(sheet)
            if rows:
                yield rows
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise SourceChanged(
            f"Le classeur ne s'ouvre pas ({error}) : enregistrez-le à nouveau en .xlsx ou en CSV.\n"
            f"The workbook does not open ({error}): save it again as .xlsx or CSV."
        ) from error


def write_csv(rows: Sequence[Row], target: Path) -> array[int]:
    """Write rows as UTF-8 lines, and return the row number of each line."""
    with target.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter=SEPARATOR, lineterminator="\n").writerows(
            cells for _, cells in rows
        )
    return array("Q", (number for number, _ in rows))


def as_typed(rows: Sequence[Row], layout: Layout) -> list[Row]:
    """Return the rows with day numbers and day fractions spelled out where a date or time belongs.

    A cell whose format was lost holds 44046 for 03/08/2020, and 0.36 for 08:41.
    """
    convert = {
        layout.positions[column_id]: _CONVERSIONS[column.type]
        for column_id, column in layout.stream.columns.items()
        if column_id in layout.positions and column.type in _CONVERSIONS
    }
    return [
        (number, tuple(convert.get(place, str)(cell) for place, cell in enumerate(cells)))
        for number, cells in rows
    ]


def _date_from_number(text: str) -> str:
    number = _number(text)
    if number is None or not 20_000 <= number < 80_000:
        return text
    return _text(_FIRST_DAY + timedelta(seconds=round(number * 86_400)))


def _time_from_number(text: str) -> str:
    number = _number(text)
    if number is None or not 0 <= number < 1:
        return text
    return _text(_FIRST_DAY + timedelta(seconds=round(number * 86_400)))[11:] or "00:00:00"


_CONVERSIONS: Mapping[ColumnType, Callable[[str], str]] = {
    ColumnType.date: _date_from_number,
    ColumnType.time: _time_from_number,
}


def _number(text: str) -> float | None:
    return float(text) if re.fullmatch(r"\d+(\.\d+)?", text) else None


def _rows(sheet: python_calamine.CalamineSheet) -> list[Row]:
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        raise ValueError(f"{sheet.total_height} x {sheet.total_width} cells")
    merged = _merged_values(sheet)
    rows = []
    for index, row in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = tuple(_text(merged.get((index, column), cell)) for column, cell in enumerate(row))
        if any(cells):
            rows.append((index + 1, cells))
    return rows


def _merged_values(sheet: python_calamine.CalamineSheet) -> dict[tuple[int, int], object]:
    """Return the cells a merge left empty below its first one: they mean the same value.

    Only downwards: a title merged over several columns is still one cell.
    """
    ranges = sheet.merged_cell_ranges or ()
    if not ranges:
        return {}
    rows = sheet.to_python(skip_empty_area=False)
    return {
        (row, first_column): rows[first_row][first_column]
        for (first_row, first_column), (last_row, last_column) in ranges
        if first_column == last_column and first_row < len(rows)
        for row in range(first_row + 1, min(last_row + 1, len(rows)))
    }


def _text(value: object) -> str:
    """Return a cell as the same export would spell it in a CSV file."""
    if isinstance(value, bool):
        return "Oui" if value else "Non"
    if isinstance(value, datetime):
        return (
            value.date().isoformat() if value.time() == time(0) else value.isoformat(" ", "seconds")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat("seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02d}:{minutes % 60:02d}:{seconds:02d}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).replace("\0", "").strip()
