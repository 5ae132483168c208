from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest

CATALOG = "/opendatasoft/{}/api/explore/v2.1/catalog"
CACHAN = CATALOG.format("cachan")


def error(answer: Any) -> tuple[int, str, str]:
    body = answer.json()
    assert set(body) == {"error_code", "message"}
    return answer.status_code, body["error_code"], body["message"]


def test_cachan_has_forty_datasets_on_the_starting_day_ten_at_a_time(sandbox: Any) -> None:
    body = sandbox.get(f"{CACHAN}/datasets").json()

    assert body["total_count"] == 40
    assert len(body["results"]) == 10
    assert {card["visibility"] for card in body["results"]} == {"domain"}


def test_pages_hold_every_dataset_once(at: Callable[..., Any]) -> None:
    visitor, path = at(datetime(2026, 11, 1, tzinfo=UTC)), CATALOG.format("val_de_bievre")
    total = visitor.get(f"{path}/datasets?limit=0").json()["total_count"]

    found = [
        card["dataset_id"]
        for offset in range(0, total, 100)
        for card in visitor.get(f"{path}/datasets?limit=100&offset={offset}").json()["results"]
    ]

    assert total > 120
    assert len(found) == len(set(found)) == total


def test_the_catalogue_grows_and_sometimes_shrinks(at: Callable[..., Any]) -> None:
    def total(year: int, month: int) -> int:
        visitor = at(datetime(year, month, 1, tzinfo=UTC))
        return int(visitor.get(f"{CACHAN}/datasets?limit=0").json()["total_count"])

    counts = [total(year, month) for year in range(2021, 2026) for month in range(1, 13)]

    assert counts[-1] > 55
    assert any(after < before for before, after in pairwise(counts))


def test_a_limit_over_a_hundred_is_refused_in_the_services_own_words(sandbox: Any) -> None:
    assert error(sandbox.get(f"{CACHAN}/datasets?limit=99999")) == (
        400,
        "InvalidRESTParameterError",
        "Invalid value for limit API parameter: 99999 was found but -1 <= limit <= 100 is expected.",
    )


def test_the_ten_thousandth_row_is_the_last(sandbox: Any) -> None:
    assert sandbox.get(f"{CACHAN}/datasets?offset=9900&limit=100").status_code == 200
    assert sandbox.get(f"{CACHAN}/datasets?offset=10000").status_code == 400


def test_an_unknown_field_is_named_with_its_clause(sandbox: Any) -> None:
    assert error(sandbox.get(f"{CACHAN}/datasets?order_by=datetime")) == (
        400,
        "ODSQLError",
        "ODSQL query is malformed: Unknown field: datetime. "
        "Clause(s) containing the error(s): order_by.",
    )


def test_a_broken_clause_is_a_syntax_exception(sandbox: Any) -> None:
    status, code, message = error(sandbox.get(f"{CACHAN}/datasets?where=bogus("))

    assert (status, code) == (400, "ODSQLSyntaxError")
    assert message == (
        "ODSQL syntax exception: unexpected ( at position 5 in bogus(. "
        "Clause(s) containing the error(s): where."
    )


def test_a_clause_keeps_what_it_says_and_clauses_are_joined(sandbox: Any) -> None:
    def found(query: str) -> list[dict[str, Any]]:
        rows = sandbox.get(
            f"{CACHAN}/datasets?limit=100&select=modified,records_count,theme&{query}"
        )
        return list(rows.json()["results"])

    recent = found("where=modified>=date'2020-06-01'")
    both = found("where=records_count > 1000&where=modified < date'2020-06-01'")

    assert 0 < len(recent) < 40
    assert all(row["modified"] >= "2020-06-01" for row in recent)
    assert both
    assert all(row["records_count"] > 1000 and row["modified"] < "2020-06-01" for row in both)
    assert {row["theme"][0] for row in found("refine=theme:Culture")} == {"Culture"}


def test_cards_come_in_the_order_asked(sandbox: Any) -> None:
    query = "limit=100&select=records_count&order_by=records_count desc"

    rows = sandbox.get(f"{CACHAN}/datasets?{query}").json()["results"]

    counts = [row["records_count"] for row in rows]
    assert counts == sorted(counts, reverse=True)


def test_a_select_flattens_the_cards(sandbox: Any) -> None:
    body = sandbox.get(f"{CACHAN}/datasets?select=dataset_id,records_count&limit=1").json()

    assert set(body["results"][0]) == {"dataset_id", "records_count"}


def test_rows_of_a_closed_dataset_are_forbidden_though_its_card_is_public(sandbox: Any) -> None:
    cards = sandbox.get(f"{CACHAN}/datasets?limit=100").json()["results"]
    closed = next(card["dataset_id"] for card in cards if not card["data_visible"])

    assert sandbox.get(f"{CACHAN}/datasets/{closed}").status_code == 200
    assert error(sandbox.get(f"{CACHAN}/datasets/{closed}/records")) == (
        403,
        "ForbiddenAccess",
        "You don't have permission to access the requested resource",
    )


def test_an_unknown_dataset_and_an_unknown_address_are_not_the_same(sandbox: Any) -> None:
    assert error(sandbox.get(f"{CACHAN}/datasets/does-not-exist-xyz")) == (
        404,
        "NotFoundResource",
        "The requested dataset does-not-exist-xyz does not exist.",
    )
    assert error(sandbox.get("/opendatasoft/cachan/api/nowhere"))[1] == "NotFoundURI"


def test_every_answer_says_what_is_left_of_the_quota(sandbox: Any) -> None:
    first = sandbox.get(f"{CACHAN}/datasets")
    second = sandbox.get(f"{CACHAN}/datasets?limit=101")

    assert first.headers["X-RateLimit-Limit"] == "10000"
    assert first.headers["X-RateLimit-Remaining"] == "9999"
    assert second.headers["X-RateLimit-Remaining"] == "9998"
    assert first.headers["X-RateLimit-Reset"] == "2020-10-02 00:00:00+00:00"
    assert "etag" not in first.headers


def test_over_the_quota_the_envelope_is_another(sandbox: Any) -> None:
    sandbox.post("/_control/faults", json={"source": "opendatasoft", "fault": "rate_limited"})

    answer = sandbox.get(f"{CACHAN}/datasets")

    assert answer.status_code == 429
    assert answer.json()["errorcode"] == 10002
    assert answer.json()["reset_time"] == "2020-10-02T00:00:00Z"
    assert "retry-after" not in answer.headers


def test_a_csv_export_has_a_byte_order_mark_and_every_row(sandbox: Any) -> None:
    cards = sandbox.get(f"{CACHAN}/datasets?limit=100").json()["results"]
    card = next(card for card in cards if card["data_visible"])

    body = sandbox.get(f"{CACHAN}/datasets/{card['dataset_id']}/exports/csv").content

    assert body.startswith(b"\xef\xbb\xbfidentifiant;libelle;valeur\r\n")
    assert body.count(b"\r\n") - 1 == card["metas"]["default"]["records_count"]


def test_the_card_of_a_dataset_may_be_dated_before_its_rows(sandbox: Any) -> None:
    cards = sandbox.get(f"{CACHAN}/datasets?limit=100").json()["results"]
    metas = [card["metas"]["default"] for card in cards]

    assert any(meta["modified"] < meta["data_processed"] for meta in metas)
    assert any(meta["keyword"] is None for meta in metas)


@pytest.mark.parametrize("town", ["saint_aubin_les_etangs", "nowhere"])
def test_a_town_without_a_portal_has_none(sandbox: Any, town: str) -> None:
    assert sandbox.get(f"{CATALOG.format(town)}/datasets").status_code == 404
