from __future__ import annotations

import io
from datetime import date, time

import pytest
from python_calamine import CalamineWorkbook

from arobase.sandbox.sheets import Cell, Layout, french_decimal

COLUMNS = ("Id", "Jour", "Heure", "Montant", "Accord", "Vide")
ROW: dict[str, Cell] = {
    "Id": "0001",
    "Jour": date(2020, 8, 3),
    "Heure": time(7, 5),
    "Montant": 1234.5,
    "Accord": True,
    "Vide": None,
}


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(";", "cp1252"), (",", "utf-8-sig"), ("\t", "utf-8")]
)
def test_text_is_written_as_a_french_product_does(delimiter: str, encoding: str) -> None:
    layout = Layout("csv", {"t": "table"}, {"Id": "N°"}, delimiter=delimiter, encoding=encoding)

    header, line, end = layout.write([ROW], COLUMNS).decode(encoding).split("\r\n")

    amount = '"1\u00a0234,50"' if delimiter == "," else "1\u00a0234,50"
    assert header.split(delimiter)[0] == "N°"
    assert line == delimiter.join(["0001", "03/08/2020", "07:05", amount, "Oui", ""])
    assert end == ""


def test_a_workbook_keeps_types_and_leading_zeros() -> None:
    body = Layout("xlsx", {"t": "table"}, {}).write([ROW], COLUMNS)

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()

    assert sheet[0] == list(COLUMNS)
    assert sheet[1][:2] == ["0001", date(2020, 8, 3)]
    assert sheet[1][2] == time(7, 5)
    assert sheet[1][3:5] == [1234.5, "Oui"]


def test_the_same_rows_are_the_same_workbook() -> None:
    layout = Layout("xlsx", {"t": "table"}, {})

    assert layout.write([ROW] * 50, COLUMNS) == layout.write([ROW] * 50, COLUMNS)


def test_decimals_are_french() -> None:
    assert french_decimal(1234567.891) == "1\u00a0234\u00a0567,89"
