from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from python_calamine import CalamineWorkbook

from arobase.sandbox.family_portal import (
    COLUMNS,
    broken_export,
    exports,
    exports_at,
    live_export,
    tables_at,
)
from arobase.sandbox.towns import TOWNS

AUGUST, START = date(2020, 8, 1), date(2020, 10, 1)
Table = list[list[str]]


def text_table(body: bytes, encoding: str, delimiter: str) -> Table:
    return list(csv.reader(io.StringIO(body.decode(encoding)), delimiter=delimiter))


def first_history(city: str) -> dict[str, bytes]:
    return {name.split("_2020")[0]: body for name, body in exports(city, AUGUST, START)}


def test_the_first_history_of_cachan_holds_the_figures_of_the_starting_day() -> None:
    files = first_history("cachan")

    requests = text_table(files["demarches"], "cp1252", ";")
    accounts = text_table(files["comptes"], "cp1252", ";")

    channel, status = requests[0].index("Canal"), accounts[0].index("Etat")
    outcome = requests[0].index("Etat")
    online = [row[outcome] for row in requests if row[channel] == "Internet"]
    assert len(online) - online.count("Annulée") == 3976
    assert len(requests) - 1 > 3976
    assert sum(row[status] == "Actif" for row in accounts) == 1298
    assert sum(row[status] == "Clos" for row in accounts) == 17


def test_cachan_writes_windows_1252_with_a_curly_apostrophe() -> None:
    body = first_history("cachan")["comptes"]

    assert b"Date d\x92ouverture" in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_montrouge_writes_utf_8_with_a_byte_order_mark_and_commas() -> None:
    body = first_history("montrouge")["export_demandes"]

    header, *rows = text_table(body, "utf-8-sig", ",")

    assert body.startswith(b"\xef\xbb\xbf")
    assert header[0] == "N° demande"
    assert all(len(row) == len(COLUMNS["requests"]) for row in rows)
    assert any("," in row[header.index("Quotient familial")] for row in rows)


def test_val_de_bievre_writes_workbooks_with_true_dates() -> None:
    body = first_history("val_de_bievre")["Demandes"]

    header, first, *_ = (
        CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    )

    assert header[1] == "Date de dépôt"
    assert first[1] == date(2020, 8, 24)
    assert isinstance(first[header.index("N° famille")], str)


def test_saint_aubin_writes_tabs() -> None:
    header, *rows = text_table(first_history("saint_aubin_les_etangs")["DEMANDES"], "utf-8", "\t")

    assert header[:2] == ["ID DEMANDE", "DATE DEPOT"]
    assert len(rows) >= 41


@pytest.mark.parametrize("city", TOWNS)
def test_the_same_export_is_the_same_bytes(city: str) -> None:
    assert exports(city, AUGUST, START) == exports(city, AUGUST, START)


def test_a_later_export_says_what_became_of_earlier_requests() -> None:
    september = text_table(first_history("cachan")["demarches"], "cp1252", ";")
    files = dict(exports("cachan", START, date(2020, 11, 1)))
    october = text_table(files["demarches_2020-11-01.csv"], "cp1252", ";")
    status = september[0].index("Etat")

    waiting = {row[0] for row in september if row[status] == "En cours"}
    treated = {row[0] for row in october if row[status] not in ("En cours", "Etat")}

    assert len(waiting) > 10
    assert len(waiting & treated) > 0.8 * len(waiting)


def test_a_year_of_four_towns_is_a_sixth_of_a_quarter_of_a_million_rows() -> None:
    months = [date(2023, month, 1) for month in range(1, 13)] + [date(2024, 1, 1)]
    firsts = [datetime.combine(first, time(8)) for first in months]

    rows = sum(
        len(table)
        for town in TOWNS.values()
        for before, at in pairwise(firsts)
        for table in tables_at(2020, town, before.date(), at).values()
    )

    assert 20_000 < rows < 250_000 / 6


def test_nothing_new_gives_no_file() -> None:
    assert exports("saint_aubin_les_etangs", date(2020, 9, 1), date(2020, 9, 14)) == []


def test_a_live_export_is_small_and_recent() -> None:
    now = datetime(2026, 11, 24, 10, 30, tzinfo=UTC)

    name, body = live_export(2020, "cachan", now)
    header, *rows = text_table(body, "cp1252", ";")

    assert name == "demarches_2026-11-24_113000.csv"
    assert 1 <= len(rows) <= 4
    assert {row[header.index("Date de dépôt")] for row in rows} == {"24/11/2026"}
    assert live_export(2020, "cachan", now + timedelta(seconds=20)) != (name, body)


NOW = datetime(2021, 3, 1, 7, 0, tzinfo=UTC)


def test_a_file_broken_by_its_encoding_reads_in_no_encoding() -> None:
    _, body = broken_export(2020, "cachan", NOW, "encoding")

    for encoding in ("utf-8", "cp1252"):
        with pytest.raises(UnicodeDecodeError):
            body.decode(encoding)


def test_a_file_broken_by_its_columns_has_no_identifier() -> None:
    _, body = broken_export(2020, "cachan", NOW, "columns")

    header = body.decode("cp1252").splitlines()[0].split(";")

    assert "Id demande" not in header
    assert "Canal" not in header


def test_half_a_file_ends_in_the_middle_of_a_line() -> None:
    _, body = broken_export(2020, "cachan", NOW, "half")

    assert not body.endswith(b"\r\n")


def test_a_file_broken_by_its_dates_has_days_that_do_not_exist() -> None:
    _, body = broken_export(2020, "cachan", NOW, "dates")

    assert "31/02/2026" in body.decode("cp1252")
    assert exports_at(2020, "cachan", date(2021, 2, 1), NOW)
