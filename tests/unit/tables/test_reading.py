"""Every honest way a town's export may be written reads as the same rows."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

ACCOUNTS = [
    "Id compte;Date d’ouverture;Etat;Liaison CAF",
    "0001;03/08/2020;Actif;Oui",
    "0002;04/08/2020;Clos;Non",
]
EXPECTED = [("0001", "03/08/2020", "active", "true"), ("0002", "04/08/2020", "closed", "false")]


def _kept(dropped):
    columns = ("account_id", "opened_on", "status", "caf_linked")
    return [tuple(row[column] for column in columns) for row in dropped.accounts]


def _text(lines=ACCOUNTS, separator=";", newline="\r\n"):
    return "".join(line.replace(";", separator) + newline for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_every_encoding_reads_the_same(load_file, encoding):
    dropped = load_file(_text().encode(encoding))

    assert _kept(dropped) == EXPECTED
    assert dropped.quarantine == []


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_separator_and_line_end_reads_the_same(load_file, separator, newline):
    assert _kept(load_file(_text(separator=separator, newline=newline).encode())) == EXPECTED


def test_columns_may_be_renamed_and_reordered(load_file):
    lines = [
        "STATUT;Créé le;N° compte;lien caf",
        "Ouvert;2020-08-03;0001;O",
        "fermé;2020-08-04;0002;0",
    ]

    assert [
        (row["account_id"], row["status"], row["caf_linked"])
        for row in load_file(_text(lines).encode()).accounts
    ] == [("0001", "active", "true"), ("0002", "closed", "false")]


def test_an_optional_column_may_be_missing(load_file):
    lines = [line.rpartition(";")[0] for line in ACCOUNTS]

    assert [row["caf_linked"] for row in load_file(_text(lines).encode()).accounts] == [None, None]


def test_an_unknown_column_is_told_and_a_personal_one_is_left_out_in_silence(load_file):
    lines = [
        f"{line};{more}"
        for line, more in zip(ACCOUNTS, ["Lubie;Nom", "a;Durand", "b;Petit"], strict=True)
    ]

    dropped = load_file(_text(lines).encode())

    assert [notice["code"] for notice in dropped.notices] == ["unknown_column"]
    assert "Lubie" in dropped.notices[0]["message_fr"]
    assert not any("Durand" in str(row.values()) for row in dropped.accounts)


def test_of_two_columns_with_one_name_the_first_is_read(load_file):
    lines = [f"{line};{more}" for line, more in zip(ACCOUNTS, ["Statut", "x", "y"], strict=True)]

    dropped = load_file(_text(lines).encode())

    assert _kept(dropped) == EXPECTED
    assert [notice["code"] for notice in dropped.notices] == ["duplicated_column"]


def test_titles_blank_lines_trailing_separators_and_totals_are_not_records(load_file):
    lines = ["Ville de Cachan", "Export du 01/10/2020", "", *(f"{line};" for line in ACCOUNTS)]
    lines += ["", ";;;;", "Total : 2 comptes;;;;"]

    dropped = load_file(_text(lines).encode())

    assert _kept(dropped) == EXPECTED
    assert dropped.batch["rows_in"] == 2
    assert dropped.quarantine == []


def test_the_header_says_the_stream_whatever_the_name(load_file):
    body = "Id demande;Date de dépôt;Heure de dépôt;Canal\nD1;03/08/2020;08:41;Internet\n"

    dropped = load_file(body.encode(), name="comptes.csv")

    assert [row["request_id"] for row in dropped.requests] == ["D1"]
    assert dropped.accounts == []


def test_quotes_separators_and_line_ends_inside_a_cell_belong_to_it(load_file):
    body = (
        "Id demande;Date de dépôt;Type de démarche;Canal\n"
        'D1;03/08/2020;"Cantine; ""midi""\nseulement";Internet\n'
        "D2;pas une date;x;Internet\n"
    )

    dropped = load_file(body.encode())

    assert dropped.requests[0]["procedure"] == 'Cantine; "midi"\nseulement'
    assert [line["line"] for line in dropped.quarantine] == [4]


def _workbook(rows, *, title="Feuille", before=None):
    book = openpyxl.Workbook()
    if before is not None:
        book.active.append(before)
        sheet = book.create_sheet(title)
    else:
        sheet = book.active
    for row in rows:
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_workbook_gives_true_dates_times_and_its_row_numbers(load_file):
    body = _workbook(
        [
            ["Démarches"],
            [],
            ["Id demande", "Date de dépôt", "Heure de dépôt", "Canal"],
            ["D1", date(2020, 8, 3), time(8, 41), "Internet"],
            ["D2", datetime(2020, 8, 4, 9, 5), 0.5, "Guichet"],  # noqa: DTZ001 - a sheet has no zone
            ["D3", 44046, "10:00", "Internet"],
            [],
            ["D4", "bientôt", None, "Internet"],
        ],
        before=["Lisez-moi"],
    )

    dropped = load_file(body, name="export.xlsx")

    kept = [(row["submitted_on"], row["submitted_time"]) for row in dropped.requests]
    assert kept == [
        ("2020-08-03", "08:41:00"),
        ("2020-08-04 09:05:00", "12:00:00"),
        ("2020-08-03", "10:00"),
    ]
    assert [(line["line"], line["code"]) for line in dropped.quarantine] == [(8, "bad_date")]


def test_cells_merged_downwards_mean_the_same_value(load_file):
    book = openpyxl.Workbook()
    for row in (
        ["Id compte", "Date d'ouverture", "Etat"],
        ["1", date(2020, 8, 3), "Actif"],
        ["2", None, "Clos"],
    ):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    stream = io.BytesIO()
    book.save(stream)

    assert [row["opened_on"] for row in load_file(stream.getvalue()).accounts] == ["2020-08-03"] * 2


def test_each_table_of_an_archive_is_loaded(load_file):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/comptes.csv", _text())
        archive.writestr("demandes.csv", "Id demande;Date de dépôt;Canal\nD1;03/08/2020;Web\n")
        archive.writestr("lisez-moi.md", "rien")

    dropped = load_file(stream.getvalue(), name="exports.zip")

    assert _kept(dropped) == EXPECTED
    assert [row["channel"] for row in dropped.requests] == ["internet"]


def test_a_big_file_keeps_the_order_of_its_lines(load_file):
    lines = [f"D{number:07d};03/08/2020;Internet;{'x' * 150}" for number in range(120_000)]
    lines[100_000] = "D0100000;03/08/2020;Pigeon;x"
    body = "\n".join(["Id demande;Date de dépôt;Canal;Type de démarche", *lines, ""]).encode()

    dropped = load_file(body)

    assert len(dropped.requests) == 119_999
    assert all(int(row["request_id"][1:]) + 1 == row["_row"] for row in dropped.requests)
    assert [line["line"] for line in dropped.quarantine] == [100_002]
