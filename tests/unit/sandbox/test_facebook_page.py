from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

PAGE = "100064000094016"
SAINT_AUBIN = "100064000091992"
FIELDS = "id,updated_time,message_count,messages.limit(20){id,created_time,from}"


def error(answer: httpx2.Response) -> tuple[int, int, int | None]:
    found = answer.json()["error"]
    assert found["type"] == "OAuthException"
    assert found["fbtrace_id"].startswith("A")
    return answer.status_code, found["code"], found.get("error_subcode")


def test_the_page_gives_the_fields_asked_and_its_id(sandbox: Any) -> None:
    answer = sandbox.as_town("facebook_page", PAGE, fields="followers_count,about,name")

    assert answer.json() == {"followers_count": 2554, "name": "Ville de Cachan", "id": PAGE}


def test_without_fields_only_the_name_and_the_id_come(sandbox: Any) -> None:
    assert set(sandbox.as_town("facebook_page", PAGE).json()) == {"name", "id"}


def test_an_unknown_field_is_code_100(sandbox: Any) -> None:
    answer = sandbox.as_town("facebook_page", PAGE, fields="followers")

    assert error(answer) == (400, 100, None)
    assert "nonexisting field (followers)" in answer.json()["error"]["message"]


def test_no_token_is_code_104_and_an_unknown_one_code_190(sandbox: Any) -> None:
    without = sandbox.get(f"/facebook_page/v25.0/{PAGE}")
    unknown = sandbox.get(f"/facebook_page/v25.0/{PAGE}?access_token=nonsense")

    assert error(without) == (400, 104, None)
    assert error(unknown) == (400, 190, None)


def test_another_towns_token_may_not_see_the_page(sandbox: Any) -> None:
    assert error(sandbox.as_town("facebook_page", PAGE, "montrouge")) == (400, 100, 33)


@pytest.mark.parametrize("name", ["ids", "date_format", "pretty", "debug"])
def test_features_that_ended_are_refused(sandbox: Any, name: str) -> None:
    assert error(sandbox.as_town("facebook_page", PAGE, **{name: "1"})) == (400, 100, None)


@pytest.mark.parametrize("metric", ["page_fans", "page_impressions", "page_media_view,page_fans"])
def test_one_dead_metric_kills_the_whole_call(sandbox: Any, metric: str) -> None:
    answer = sandbox.as_town("facebook_page", f"{PAGE}/insights", metric=metric)

    assert error(answer) == (400, 100, None)
    message = "(#100) The value must be a valid insights metric"
    assert answer.json()["error"]["message"] == message


def test_no_metric_is_code_3001(sandbox: Any) -> None:
    assert error(sandbox.as_town("facebook_page", f"{PAGE}/insights")) == (400, 3001, 1504028)


def test_more_than_ninety_days_of_insights_are_refused(sandbox: Any) -> None:
    window = {"since": "2020-06-01", "until": "2020-09-30"}

    answer = sandbox.as_town("facebook_page", f"{PAGE}/insights", metric="page_follows", **window)

    assert error(answer) == (400, 100, None)
    assert "more than 90 days (7776000 s)" in answer.json()["error"]["message"]


def test_insights_always_have_a_next_page_with_the_token_even_towards_the_future(
    sandbox: Any,
) -> None:
    window = {"since": "2020-09-20", "until": "2020-10-01"}

    answer = sandbox.as_town("facebook_page", f"{PAGE}/insights", metric="page_follows", **window)

    following = parse_qs(urlsplit(answer.json()["paging"]["next"]).query)
    assert following["access_token"] == ["sandbox-cachan-facebook_page"]
    assert datetime.fromtimestamp(int(following["until"][0]), UTC) > datetime(
        2020, 10, 11, tzinfo=UTC
    )


def test_days_end_at_midnight_in_california_winter_and_summer(at: Callable[..., Any]) -> None:
    window = {"since": "2026-10-29", "until": "2026-11-04"}
    visitor = at(datetime(2026, 11, 24, 6, tzinfo=UTC))

    answer = visitor.as_town("facebook_page", f"{PAGE}/insights", metric="page_follows", **window)

    ends = [point["end_time"] for point in answer.json()["data"][0]["values"]]
    assert ends[0] == "2026-10-30T07:00:00+0000"
    assert ends[2:4] == ["2026-11-01T07:00:00+0000", "2026-11-02T08:00:00+0000"]


def test_a_page_under_a_hundred_likes_has_no_insights(sandbox: Any, at: Callable[..., Any]) -> None:
    asked = ("facebook_page", f"{SAINT_AUBIN}/insights", "saint_aubin_les_etangs")

    small = sandbox.as_town(*asked, metric="page_follows")
    grown = at(datetime(2026, 11, 24, tzinfo=UTC)).as_town(*asked, metric="page_follows")

    assert small.json() == {"data": []}
    assert grown.json()["data"]


def test_conversations_are_paged_newest_first_until_next_is_absent(sandbox: Any) -> None:
    params: dict[str, str] = {"fields": "id,updated_time", "limit": "100"}
    times: list[str] = []
    for _ in range(100):
        body = sandbox.as_town("facebook_page", f"{PAGE}/conversations", **params).json()
        times += [each["updated_time"] for each in body["data"]]
        if "next" not in body["paging"]:
            break
        assert "access_token=" in body["paging"]["next"]
        params["after"] = body["paging"]["cursors"]["after"]

    assert "next" not in body["paging"]
    assert len(times) > 500
    assert times == sorted(times, reverse=True)


def test_messages_come_newest_first_and_never_more_than_twenty(sandbox: Any) -> None:
    found = [
        each
        for page in range(4)
        for each in sandbox.as_town(
            "facebook_page",
            f"{PAGE}/conversations",
            fields=FIELDS,
            limit="50",
            after="" if not page else cursor(50 * page),
        ).json()["data"]
    ]

    assert max(each["message_count"] for each in found) > 20
    assert max(len(each["messages"]["data"]) for each in found) == 20
    for each in found:
        times = [message["created_time"] for message in each["messages"]["data"]]
        assert times == sorted(times, reverse=True)
        assert each["updated_time"] == times[0]


def cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"QVFB:{offset}".encode()).decode().rstrip("=")


def test_the_twenty_first_message_is_said_to_be_deleted(sandbox: Any) -> None:
    threads: list[dict[str, Any]] = []
    for page in range(8):
        params = {"fields": "id,message_count", "limit": "100", "after": cursor(100 * page)}
        threads += sandbox.as_town("facebook_page", f"{PAGE}/conversations", **params).json()[
            "data"
        ]
    long = next(each for each in threads if each["message_count"] > 20)
    stem = f"m_{long['id'][2:]}"

    newest = sandbox.as_town("facebook_page", f"{stem}{long['message_count'] - 1:03d}")
    oldest = sandbox.as_town("facebook_page", f"{stem}000")

    assert newest.status_code == 200
    assert error(oldest) == (400, 100, None)
    assert "deleted" in oldest.json()["error"]["message"]


def test_too_many_conversations_with_their_messages_are_too_heavy(sandbox: Any) -> None:
    answer = sandbox.as_town("facebook_page", f"{PAGE}/conversations", fields=FIELDS, limit="100")

    assert error(answer) == (500, 1, None)
    assert answer.json()["error"]["message"].startswith("Please reduce the amount of data")


def test_the_same_seed_and_clock_give_the_same_bytes(at: Callable[..., Any]) -> None:
    first = at().as_town("facebook_page", f"{PAGE}/conversations", fields=FIELDS)
    again = at().as_town("facebook_page", f"{PAGE}/conversations", fields=FIELDS)
    other = at(seed=3).as_town("facebook_page", f"{PAGE}/conversations", fields=FIELDS)

    assert first.content == again.content
    assert first.content != other.content


def test_over_the_limit_the_headers_say_how_many_minutes_to_wait(sandbox: Any) -> None:
    sandbox.post("/_control/faults", json={"source": "facebook_page", "fault": "rate_limited"})

    answer = sandbox.as_town("facebook_page", PAGE)

    assert error(answer) == (400, 80001, None)
    usage = json.loads(answer.headers["X-Business-Use-Case-Usage"])
    insisting = sandbox.as_town("facebook_page", PAGE).headers["X-Business-Use-Case-Usage"]
    assert usage[PAGE][0]["estimated_time_to_regain_access"] == 19
    assert json.loads(insisting)[PAGE][0]["estimated_time_to_regain_access"] == 20
    assert "Retry-After" not in answer.headers


def test_an_expired_token_is_code_190_463(sandbox: Any) -> None:
    order = {"source": "facebook_page", "fault": "expired_token", "count": 1}
    sandbox.post("/_control/faults", json=order)

    refused = sandbox.as_town("facebook_page", PAGE)
    accepted = sandbox.as_town("facebook_page", PAGE)

    assert error(refused) == (400, 190, 463)
    assert "Session has expired on" in refused.json()["error"]["message"]
    assert accepted.status_code == 200


def test_a_retired_metric_only_breaks_insights(sandbox: Any) -> None:
    sandbox.post("/_control/faults", json={"source": "facebook_page", "fault": "retired_metric"})

    assert sandbox.as_town("facebook_page", PAGE).status_code == 200
    answer = sandbox.as_town("facebook_page", f"{PAGE}/insights", metric="page_follows")
    assert error(answer) == (400, 100, None)
