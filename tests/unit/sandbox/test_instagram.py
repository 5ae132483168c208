from __future__ import annotations

from typing import Any

ACCOUNT = "1784140000094016"
WEEK = {"since": "2020-09-20", "until": "2020-09-28"}


def message(answer: Any) -> str:
    assert answer.status_code == 400
    return str(answer.json()["error"]["message"])


def test_the_account_gives_its_followers(sandbox: Any) -> None:
    answer = sandbox.as_town("instagram", ACCOUNT, fields="followers_count,username")

    assert answer.json() == {"followers_count": 1221, "username": "villedecachan", "id": ACCOUNT}


def test_views_need_a_total_value(sandbox: Any) -> None:
    answer = sandbox.as_town("instagram", f"{ACCOUNT}/insights", metric="views", **WEEK)

    assert message(answer) == (
        "(#100) The following metrics (views) should be specified with parameter "
        "metric_type=total_value"
    )


def test_a_total_has_no_values_and_a_series_no_total(sandbox: Any) -> None:
    path = f"{ACCOUNT}/insights"

    total = sandbox.as_town("instagram", path, metric="views", metric_type="total_value", **WEEK)
    series = sandbox.as_town("instagram", path, metric="reach", **WEEK)

    assert total.json()["data"][0]["total_value"]["value"] > 0
    assert "values" not in total.json()["data"][0]
    assert len(series.json()["data"][0]["values"]) == 8
    assert "total_value" not in series.json()["data"][0]


def test_follower_count_with_total_value_comes_back_empty(sandbox: Any) -> None:
    asked = {"metric": "follower_count", "metric_type": "total_value", **WEEK}

    assert sandbox.as_town("instagram", f"{ACCOUNT}/insights", **asked).json() == {"data": []}


def test_more_than_thirty_days_are_refused(sandbox: Any) -> None:
    window = {"since": "2020-08-01", "until": "2020-09-28"}

    answer = sandbox.as_town("instagram", f"{ACCOUNT}/insights", metric="reach", **window)

    assert message(answer) == (
        "(#100) There cannot be more than 30 days (2592000 s) between since and until"
    )


def test_a_dead_metric_is_refused_with_the_list_of_living_ones(sandbox: Any) -> None:
    answer = sandbox.as_town("instagram", f"{ACCOUNT}/insights", metric="reach,impressions")

    assert message(answer).startswith(
        "(#100) metric[1] must be one of the following values: reach,"
    )


def test_a_town_without_an_account_has_none(sandbox: Any) -> None:
    answer = sandbox.as_town("instagram", "1784140000091992", "saint_aubin_les_etangs")

    assert answer.json()["error"]["code"] == 190
