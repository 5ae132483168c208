"""Hostile files: good lines go on, and each refusal says what a town clerk can do about it."""

from __future__ import annotations

import io
import zipfile

import pytest

HEADER = "Id demande;Date de dépôt;Heure de dépôt;Canal;Etat"
GOOD = "D1;03/08/2020;08:41;Internet;Traitée"

# name, what follows the header and one good line, code of the refusal, a piece of its French reason
LINES = [
    ("a day that does not exist", "D2;31/02/2020;08:41;Internet;Traitée", "bad_date", "29/02/2020"),
    ("month before day", "D2;08/23/2020;08:41;Internet;Traitée", "bad_date", "23/08/2020"),
    ("a year of two digits", "D2;03/08/20;08:41;Internet;Traitée", "bad_date", "03/08/2020"),
    ("a date in words", "D2;3 août 2020;08:41;Internet;Traitée", "bad_date", "jj/mm/aaaa"),
    ("a year out of time", "D2;03/08/0020;08:41;Internet;Traitée", "bad_date", "jj/mm/aaaa"),
    ("a spreadsheet error", "D2;#REF!;08:41;Internet;Traitée", "bad_date", "#REF!"),
    ("an empty date", "D2;;08:41;Internet;Traitée", "empty_required", "Date de dépôt"),
    ("an empty id", ";03/08/2020;08:41;Internet;Traitée", "empty_required", "Id demande"),
    ("an id of spaces", "   ;03/08/2020;08:41;Internet;Traitée", "empty_required", "Id demande"),
    ("an empty channel", "D2;03/08/2020;08:41;;Traitée", "empty_required", "Canal"),
    ("an hour that does not exist", "D2;03/08/2020;25:00;Internet;Traitée", "bad_time", "hh:mm"),
    ("an hour with an h", "D2;03/08/2020;8h41;Internet;Traitée", "bad_time", "08:41"),
    ("a misspelt channel", "D2;03/08/2020;08:41;Intrenet;Traitée", "unknown_value", "Internet"),
    ("a misspelt state", "D2;03/08/2020;08:41;Internet;Traitéee", "unknown_value", "Traitée"),
    ("a channel nobody knows", "D2;03/08/2020;08:41;Pigeon;Traitée", "unknown_value", "Guichet"),
    ("a formula", "D2;=1+1;08:41;Internet;Traitée", "bad_date", "=1+1"),
    ("SQL in a cell", "D2;'); drop table x;--;Internet;Traitée", "wrong_cell_count", "6 cellules"),
    ("an apostrophe", "D2;'03/08/2020';08:41;Internet;Traitée", "bad_date", "03/08/2020"),
    ("a cell too few", "D2;03/08/2020;Internet;Traitée", "wrong_cell_count", "4 cellules"),
    ("a cell too many", "D2;03/08/2020;08:41;Internet;Traitée;x", "wrong_cell_count", "6 cellules"),
    ("another separator", "D2,03/08/2020,08:41,Internet,Traitée", "wrong_cell_count", "1 cellule"),
    (
        "a quote that never closes",
        'D2;"03/08/2020;08:41;Internet;Traitée',
        "broken_quotes",
        "guillemet",
    ),
    (
        "a quote in the middle",
        '"D2"x;03/08/2020;08:41;Internet;Traitée',
        "broken_quotes",
        "guillemet",
    ),
    ("a NUL", "D2;03/08/2020;08:41;Inter\0net;Traitée", "nul_character", "nul"),
    ("mojibake", "D2;03/08/2020;08:41;TÃ©lÃ©phone;Traitée", "unknown_value", "Téléphone"),
    ("markup", "<script>alert(1)</script>;x;08:41;Internet;Traitée", "bad_date", "jj/mm/aaaa"),
    ("a very long cell", f"D2;{'9' * 300_000};08:41;Internet;Traitée", "bad_date", "jj/mm/aaaa"),
]


@pytest.mark.parametrize(
    ("line", "code", "reason"), [each[1:] for each in LINES], ids=[each[0] for each in LINES]
)
def test_a_bad_line_is_refused_with_its_reason_and_the_others_go_on(load_file, line, code, reason):
    body = "\r\n".join([HEADER, GOOD, line, GOOD.replace("D1", "D3"), ""]).encode()

    dropped = load_file(body)

    assert [row["request_id"] for row in dropped.requests] == ["D1", "D3"]
    (refused,) = dropped.quarantine
    assert (refused["line"], refused["code"]) == (3, code)
    assert reason in refused["reason_fr"]
    assert refused["reason_en"] != refused["reason_fr"]
    assert refused["original"].replace("\0", "").startswith(line.replace("\0", "")[:60])


def test_a_file_cut_in_its_last_line_gives_all_the_others(load_file):
    body = "\n".join([HEADER, GOOD, "D2;03/08/20"]).encode()

    dropped = load_file(body)

    assert [row["request_id"] for row in dropped.requests] == ["D1"]
    assert [(line["line"], line["code"]) for line in dropped.quarantine] == [(3, "truncated_line")]
    assert "exportez-le à nouveau" in dropped.quarantine[0]["reason_fr"]


def test_a_last_line_without_line_end_is_whole(load_file):
    assert len(load_file("\n".join([HEADER, GOOD]).encode()).requests) == 1


def test_a_header_repeated_in_the_middle_is_not_a_record(load_file):
    dropped = load_file("\n".join([HEADER, GOOD, HEADER, GOOD, ""]).encode())

    assert (dropped.batch["rows_in"], dropped.batch["rows_loaded"]) == (2, 2)


def _archive(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


WHOLE_FILES = [
    ("nothing", b"", "vide"),
    ("only a byte order mark", b"\xef\xbb\xbf", "vide"),
    ("only spaces", b"  \n \n", "Aucune ligne d'en-têtes"),
    ("no known header", b"a;b\n1;2\n", "Aucune ligne d'en-têtes"),
    (
        "a required column missing",
        "Id demande;Date de dépôt;Etat\nD1;03/08/2020;Reçue\n".encode(),
        "« Canal »",
    ),
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    ("a web page", b"<!doctype html><title>Session</title>", "page web"),
    ("random bytes", bytes(range(256)) * 20, "Aucune ligne d'en-têtes"),
    ("half a workbook", b"PK\x03\x04" + b"\0" * 60, "abîmé"),
    ("an archive without table", _archive({"a.txt.exe": "x"}), "aucune table"),
    ("an archive that swells", _archive({"a.csv": b"0" * 60_000_000}), "décompressé"),
    (
        "an archive in an archive",
        _archive({"a.csv": _archive({"b.csv": "x"})}),
        "archive dans une archive",
    ),
]


@pytest.mark.parametrize(
    ("body", "reason"), [each[1:] for each in WHOLE_FILES], ids=[each[0] for each in WHOLE_FILES]
)
def test_a_file_that_is_no_table_is_a_failed_batch_that_says_why(load_file, body, reason):
    dropped = load_file(body)

    assert dropped.batch["status"] == "failed"
    assert reason in dropped.batch["error"]
    assert dropped.batch["rows_in"] == 0
    assert not any(dropped.rows.values())


def test_a_missing_column_is_named_with_what_was_found_and_the_nearest(load_file):
    body = "Id demande;Date de dépôt;Canl;Etat\nD1;03/08/2020;Internet;Reçue\n".encode()

    french, english = load_file(body).batch["error"].split("\n")

    assert "« Canal » ; la plus proche trouvée est « Canl »" in french
    assert "Id demande, Date de dépôt, Canl, Etat" in french
    assert "“Canal” is missing; the nearest one found is “Canl”" in english
