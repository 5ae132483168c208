"""Exports hold what is published, in the shape each reader expects, and never a formula."""

from __future__ import annotations

import io
import json
from datetime import date

import duckdb
import openpyxl
import pytest

from arobase.errors import UsageError
from arobase.exports import Selection, export, export_table
from arobase.published import published


@pytest.fixture
def reader(home):
    """A published version written by hand, with a name that a spreadsheet would run."""
    folder = home / "published" / "versions"
    folder.mkdir(parents=True)
    path = folder / "marts-000007.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create table indicator_values as
            from (values
                ('cachan', 'facebook_followers', date '2020-10-01', 2554.0, true, ['a', '=b']),
                ('montrouge', 'facebook_followers', date '2020-11-01', 98.5, false, ['c']),
                ('=cmd|calc', 'other', date '2020-12-01', null, null, null)
            ) t (city_id, indicator_id, period_end, value, is_open, words)
            """
        )
        connection.execute("create table cities as select '-1+2' as city_id, 'Ville' as name")
    (home / "published" / "marts.duckdb").symlink_to(path)
    return published().current()


def _lines(content: bytes) -> list[str]:
    return content.decode().splitlines()


def test_csv_has_points_and_commas_and_iso_dates(reader):
    lines = _lines(export_table("indicator_values", "csv", city="montrouge"))

    assert lines == [
        "city_id,indicator_id,period_end,value,is_open,words",
        "montrouge,facebook_followers,2020-11-01,98.5,false,c",
    ]


def test_french_csv_opens_in_a_french_spreadsheet(reader):
    content = export_table("indicator_values", "csv", city="montrouge", french=True)

    assert content.startswith(b"\xef\xbb\xbf")
    assert (
        content.decode("utf-8-sig").splitlines()[1]
        == "montrouge;facebook_followers;01/11/2020;98,5;non;c"
    )


@pytest.mark.parametrize("french", [False, True])
def test_no_text_of_a_csv_is_a_formula(reader, french):
    content = export_table("indicator_values", "csv", french=french).decode("utf-8-sig")

    assert "'=cmd|calc" in content
    assert not any(
        cell.startswith(("=", "+", "@"))
        for line in content.splitlines()
        for cell in line.split(",")
    )


def test_no_cell_of_a_workbook_is_a_formula_and_dates_are_dates(reader):
    sheet = openpyxl.load_workbook(io.BytesIO(export_table("indicator_values", "xlsx"))).active

    assert sheet.title == "indicator_values"
    rows = list(sheet.iter_rows())
    assert [cell.value for cell in rows[0]] == [
        "city_id",
        "indicator_id",
        "period_end",
        "value",
        "is_open",
        "words",
    ]
    assert {cell.data_type for row in rows for cell in row} <= {"s", "n", "d", "b"}
    assert rows[1][0].value == "'=cmd|calc"
    assert rows[2][2].value.date() == date(2020, 10, 1)
    assert rows[2][3].value == 2554


def test_json_and_parquet_keep_values_as_they_are(reader, tmp_path):
    rows = json.loads(export_table("cities", "json"))
    path = tmp_path / "cities.parquet"
    path.write_bytes(export_table("cities", "parquet"))

    assert rows == [{"city_id": "-1+2", "name": "Ville"}]
    assert duckdb.sql(f"select * from '{path}'").fetchall() == [("-1+2", "Ville")]


def test_days_and_hidden_indicators_are_conditions_too(reader):
    chosen = Selection(
        "indicator_values",
        since=date(2020, 10, 2),
        until=date(2020, 12, 31),
        hidden_indicators=("other",),
    )

    assert [line.split(",")[0] for line in _lines(export(reader, chosen, "csv"))[1:]] == [
        "montrouge"
    ]


def test_an_unknown_table_names_the_nearest(reader):
    with pytest.raises(UsageError, match="did you mean 'indicator_values'"):
        export_table("indicator_value", "csv")


def test_a_table_without_the_column_cannot_be_filtered_by_it(reader):
    with pytest.raises(UsageError, match="cities has no indicator_id"):
        export_table("cities", "csv", indicator="facebook_followers")


def test_a_value_is_never_a_part_of_the_statement(reader):
    assert len(_lines(export_table("indicator_values", "csv", city="' or true --"))) == 1


def test_the_french_variant_is_for_csv_only(reader):
    with pytest.raises(UsageError, match="for csv"):
        export_table("cities", "xlsx", french=True)
