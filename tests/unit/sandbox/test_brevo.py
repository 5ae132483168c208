from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

KEY = {"api-key": "sandbox-cachan-brevo"}
MONTROUGE = {"api-key": "sandbox-montrouge-brevo"}


def test_one_list_alone_gives_its_subscribers(sandbox: Any) -> None:
    found = sandbox.get("/brevo/v3/contacts/lists/3", headers=KEY).json()

    assert found["totalSubscribers"] == 986
    assert found["uniqueSubscribers"] == 986 + found["totalBlacklisted"]


def test_the_collection_gives_zeros(sandbox: Any) -> None:
    found = sandbox.get("/brevo/v3/contacts/lists", headers=MONTROUGE).json()

    assert found["count"] == 2
    assert {each["id"] for each in found["lists"]} == {5, 8}
    assert {each["totalSubscribers"] for each in found["lists"]} == {0}
    assert all(each["uniqueSubscribers"] > 0 for each in found["lists"])


def test_a_key_is_needed_and_checked(sandbox: Any) -> None:
    without = sandbox.get("/brevo/v3/contacts/lists/3")
    wrong = sandbox.get("/brevo/v3/contacts/lists/3", headers={"api-key": "other"})

    assert without.status_code == wrong.status_code == 401
    assert without.json() == {
        "code": "unauthorized",
        "message": "authentication not found in headers",
    }
    assert wrong.json()["code"] == "unauthorized"
    assert "x-sib-ratelimit-limit" not in without.headers


def test_another_towns_list_does_not_exist(sandbox: Any) -> None:
    answer = sandbox.get("/brevo/v3/contacts/lists/5", headers=KEY)

    assert answer.status_code == 404
    assert answer.json()["code"] == "document_not_found"


def test_pages_are_limited(sandbox: Any) -> None:
    lists = sandbox.get("/brevo/v3/contacts/lists?limit=51", headers=KEY)
    campaigns = sandbox.get("/brevo/v3/emailCampaigns?limit=101", headers=KEY)

    assert lists.status_code == campaigns.status_code == 400
    assert lists.json()["code"] == campaigns.json()["code"] == "out_of_range"


def test_campaign_figures_are_zeros_unless_asked_for(sandbox: Any) -> None:
    path = "/brevo/v3/emailCampaigns?limit=2&offset=1"

    blind = sandbox.get(path, headers=KEY).json()["campaigns"][0]["statistics"]
    seen = sandbox.get(f"{path}&statistics=globalStats", headers=KEY).json()["campaigns"][0][
        "statistics"
    ]

    assert set(blind["globalStats"].values()) == {0}
    assert blind["campaignStats"][0]["delivered"] == seen["globalStats"]["delivered"] > 0
    assert seen["globalStats"]["uniqueViews"] <= seen["globalStats"]["delivered"]


def test_a_letter_of_ten_o_clock_is_not_sent_at_eight(at: Callable[..., Any]) -> None:
    def newest(hour: int) -> str:
        visitor = at(datetime(2020, 10, 1, hour, tzinfo=UTC))
        sent = visitor.get("/brevo/v3/emailCampaigns?limit=1", headers=KEY).json()
        return str(sent["campaigns"][0]["sentDate"])

    assert newest(6) == "2020-09-17T10:00:00.000+02:00"
    assert newest(9) == "2020-10-01T10:00:00.000+02:00"


def test_campaign_calls_are_a_hundred_an_hour(sandbox: Any) -> None:
    for _ in range(100):
        assert sandbox.get("/brevo/v3/emailCampaigns?limit=1", headers=KEY).status_code == 200

    refused = sandbox.get("/brevo/v3/emailCampaigns?limit=1", headers=KEY)

    assert refused.status_code == 429
    assert refused.headers["x-sib-ratelimit-limit"] == "100"
    assert refused.headers["x-sib-ratelimit-remaining"] == "0"
    assert refused.headers["x-sib-ratelimit-reset"] == "3600"
    assert "retry-after" not in refused.headers
    assert sandbox.get("/brevo/v3/contacts/lists/3", headers=KEY).status_code == 200
