from __future__ import annotations

import json
from typing import Any

import pytest

from arobase.sandbox import trouble

LIST = "/brevo/v3/contacts/lists/3"
KEY = {"api-key": "sandbox-cachan-brevo"}
COVERAGE = "/arcep_fibre/fixe/maconnexioninternet/statistiques/2020_T2/commune/commune_techno.csv"
SOURCES = {
    "facebook_page": "/facebook_page/v25.0/100064000094016",
    "instagram": "/instagram/v25.0/1784140000094016",
    "brevo": LIST,
    "opendatasoft": "/opendatasoft/cachan/api/explore/v2.1/catalog/datasets",
    "arcep_fibre": COVERAGE,
    "decidim": "/decidim/cachan/open-data/download",
    "geo_communes": "/geo_communes/communes/94016",
}


def give(sandbox: Any, source: str, fault: str, count: int | None = None) -> None:
    order = {"source": source, "fault": fault, "count": count}
    assert sandbox.post("/_control/faults", json=order).status_code == 200


@pytest.mark.parametrize(("source", "path"), SOURCES.items())
def test_a_source_that_is_down_answers_503_and_comes_back(
    sandbox: Any, source: str, path: str
) -> None:
    give(sandbox, source, "down", 1)

    assert sandbox.get(path).status_code == 503
    assert sandbox.get(path).status_code != 503


@pytest.mark.parametrize(("source", "path"), SOURCES.items())
def test_every_source_can_be_over_its_limit_and_ask_for_another_token(
    sandbox: Any, source: str, path: str
) -> None:
    give(sandbox, source, "rate_limited", 1)
    limited = sandbox.get(path)
    give(sandbox, source, "expired_token", 1)
    refused = sandbox.get(path)

    assert limited.status_code in (400, 429, 503)
    assert refused.status_code in (400, 401)


def test_a_truncated_answer_is_half_the_bytes_with_an_honest_length(sandbox: Any) -> None:
    whole = sandbox.get(LIST, headers=KEY).content

    give(sandbox, "brevo", "truncated", 1)
    cut = sandbox.get(LIST, headers=KEY)

    assert cut.content == whole[: len(whole) // 2]
    assert cut.headers["content-length"] == str(len(cut.content))
    with pytest.raises(json.JSONDecodeError):
        cut.json()


def test_a_changed_format_wraps_json_and_renames_the_columns_of_a_table(sandbox: Any) -> None:
    give(sandbox, "brevo", "changed_format", 1)
    give(sandbox, "arcep_fibre", "changed_format", 1)

    wrapped = sandbox.get(LIST, headers=KEY).json()
    header = sandbox.get(COVERAGE).text.splitlines()[0]

    assert wrapped["payload"]["items"][0]["totalSubscribers"] == 986
    assert header.startswith("CODE-INSEE;")


def test_a_login_page_is_a_200_in_html(sandbox: Any) -> None:
    give(sandbox, "opendatasoft", "html_login", 1)

    answer = sandbox.get(SOURCES["opendatasoft"])

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "<form" in answer.text


def test_a_slow_source_answers_in_the_end(sandbox: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(trouble.asyncio, "sleep", sleep)
    give(sandbox, "brevo", "slow", 1)

    assert sandbox.get(LIST, headers=KEY).json()["totalSubscribers"] == 986
    assert waited == [trouble.SLOW_SECONDS]


def test_a_fault_of_one_source_leaves_the_others_alone(sandbox: Any) -> None:
    give(sandbox, "brevo", "down")

    assert sandbox.get(SOURCES["geo_communes"]).status_code == 200
    assert sandbox.get("/health").status_code == 200
