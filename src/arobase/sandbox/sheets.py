"""Tables as family-portal products write them: a layout for each product, bytes for each table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Literal

import xlsxwriter

Cell = str | int | float | bool | date | time | None
Rows = Sequence[Mapping[str, Cell]]
_FIRST_DAY = date(1899, 12, 30).toordinal()
"""Day 0 of a workbook."""

_EPOCH = datetime(2020, 1, 1)  # noqa: DTZ001 -- a document property, not an instant


@dataclass(frozen=True, slots=True)
class Layout:
    """How one product writes its exports."""

    kind: Literal["csv", "txt", "xlsx"]
    names: Mapping[str, str]
    """File name of each table, before the date."""

    headers: Mapping[str, str]
    """The product's own header, where it differs from the documented one."""

    delimiter: str = ";"
    encoding: str = "cp1252"
    yes_no: tuple[str, str] = ("Oui", "Non")
    iso_dates: bool = False

    def file_name(self, table: str, day: date) -> str:
        """Return the name of an export."""
        return f"{self.names[table]}_{day:%Y-%m-%d}.{self.kind}"

    def write(self, rows: Rows, columns: Sequence[str]) -> bytes:
        """Return a table's bytes: the same rows give the same bytes."""
        headers = [self.headers.get(column, column) for column in columns]
        if self.kind == "xlsx":
            return _workbook(headers, [[row[column] for column in columns] for row in rows])
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n")
        writer.writerow(headers)
        writer.writerows([self._text(row[column]) for column in columns] for row in rows)
        return text.getvalue().encode(self.encoding)

    def _text(self, cell: Cell) -> str:
        if isinstance(cell, bool):
            return self.yes_no[0] if cell else self.yes_no[1]
        if isinstance(cell, date):
            return cell.isoformat() if self.iso_dates else f"{cell:%d/%m/%Y}"
        if isinstance(cell, time):
            return f"{cell:%H:%M}"
        if isinstance(cell, float):
            return french_decimal(cell)
        return "" if cell is None else str(cell)


def french_decimal(value: float) -> str:
    """Spell a number as a French product does: decimal comma, no-break space between thousands."""
    return f"{value:,.2f}".replace(",", "\u00a0").replace(".", ",")


def _workbook(headers: Sequence[str], rows: Sequence[Sequence[Cell]]) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    book.set_properties({"created": _EPOCH})
    sheet = book.add_worksheet("Export")
    days = book.add_format({"num_format": "dd/mm/yyyy"})
    hours = book.add_format({"num_format": "hh:mm"})
    sheet.write_row(0, 0, headers, book.add_format({"bold": True}))
    for line, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, bool | str):
                sheet.write_string(line, column, _word(cell))
            elif isinstance(cell, date):
                sheet.write_number(line, column, cell.toordinal() - _FIRST_DAY, days)
            elif isinstance(cell, time):
                sheet.write_number(line, column, (cell.hour * 60 + cell.minute) / 1440, hours)
            elif cell is not None:
                sheet.write_number(line, column, cell)
    book.close()
    return buffer.getvalue()


def _word(cell: bool | str) -> str:
    return cell if isinstance(cell, str) else ("Oui" if cell else "Non")
