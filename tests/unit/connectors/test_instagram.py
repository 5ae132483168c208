"""The traps of Instagram's insights."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx2
import pytest

from tests.replay import Publisher, pull, records


def windows(publisher: Publisher) -> list[tuple[datetime, datetime]]:
    asked = [each.url.params for each in publisher.requests if "since" in each.url.params]
    return [
        (
            datetime.fromtimestamp(int(each["since"]), UTC),
            datetime.fromtimestamp(int(each["until"]), UTC),
        )
        for each in asked
    ]


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, 14),
        ({"full": True}, 30),
        ({"since": date(2026, 1, 1)}, 30),
        ({"since": date(2026, 11, 10)}, 10),
        ({"since": date(2026, 11, 20)}, 1),
    ],
)
def test_the_window_is_whole_utc_days_and_thirty_at_most(changes, days):
    publisher = Publisher("instagram")

    pull(publisher, **changes)

    assert windows(publisher)
    for since, until in windows(publisher):
        assert (until - since).days == days
        assert until == datetime(2026, 11, 20, tzinfo=UTC)


def test_followers_are_the_account_field_not_the_insight_of_nearly_the_same_name():
    pages, _ = pull(Publisher("instagram"))

    assert records("instagram", pages, "account")[0]["followers_count"] == 3120
    daily = {each["name"]: each["values"] for each in records("instagram", pages, "insights")}
    assert [each["value"] for each in daily["follower_count"]] == [3, 1]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (100, "(#100) metric[0] must be one of the following values: reach"),
        (10, "(#10) Not enough viewers for the media to show insights"),
    ],
)
def test_a_metric_refused_to_a_small_account_is_left_out(code, message):
    def answer(request: httpx2.Request) -> httpx2.Response:
        if "follower_count" in request.url.params.get("metric", ""):
            return httpx2.Response(400, json={"error": {"code": code, "message": message}})
        if request.url.params.get("metric") == "reach":
            return httpx2.Response(200, json={"data": [{"name": "reach", "values": []}]})
        return recorded(request)

    recorded = Publisher("instagram").recorded
    pages, notices = pull(Publisher("instagram", answer))

    assert [each["name"] for each in records("instagram", pages, "insights")] == ["reach"]
    assert [each.code for each in notices] == ["metric_refused"]
