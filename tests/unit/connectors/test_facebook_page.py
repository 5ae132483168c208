"""The traps of the Graph API, for a page."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import httpx2
import orjson
import pytest

from arobase.errors import SourceChanged, SourceRefused, SourceUnavailable
from tests.replay import NOW, Publisher, feed, pull, records


def graph_error(code: int, message: str, status: int = 400, **headers: str) -> httpx2.Response:
    error = {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}
    return httpx2.Response(status, json={"error": error}, headers=headers)


def failing(path_end: str, error: httpx2.Response) -> Publisher:
    """A page whose requests ending so are refused, and the others answered as recorded."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        return error if request.url.path.endswith(path_end) else recorded(request)

    recorded = Publisher("facebook_page").recorded
    return Publisher("facebook_page", answer)


def test_what_lands_of_a_conversation_is_times_and_directions_only():
    pages, _ = pull(Publisher("facebook_page"))

    conversations = records("facebook_page", pages, "conversations")

    assert conversations[0] == {
        "id": "t_1",
        "updated_time": "2026-11-20T06:41:10+0000",
        "message_count": 2,
        "messages": [
            {"id": "m_2", "created_time": "2026-11-20T06:41:10+0000", "from_page": True},
            {"id": "m_1", "created_time": "2026-11-20T05:30:02+0000", "from_page": False},
        ],
    }


@pytest.mark.parametrize("personal", [b"Camille", b"Dominique", b"7700", b"mairie", b"@facebook"])
def test_no_name_no_text_and_no_citizen_id_lands(personal):
    pages, _ = pull(Publisher("facebook_page"))

    assert not [page.url for page in pages if personal in page.body]


def test_texts_and_recipients_are_not_even_asked_for():
    publisher = Publisher("facebook_page")

    pull(publisher)

    asked = [
        each.url.params["fields"] for each in publisher.requests if "fields" in each.url.params
    ]
    fields = {
        word for text in asked for word in text.replace("{", ",").replace("}", ",").split(",")
    }
    assert "from" in fields
    assert not fields & {"message", "to", "participants", "attachments"}


def test_reading_conversations_stops_at_the_window_though_there_is_a_next_page():
    publisher = Publisher("facebook_page")

    pages, _ = pull(publisher)

    ids = [each["id"] for each in records("facebook_page", pages, "conversations")]
    asked = [each for each in publisher.requests if each.url.path.endswith("/conversations")]
    assert ids == ["t_1", "t_2", "t_3"]  # t_4 is older than 35 days
    assert len(asked) == 2


@pytest.mark.parametrize(
    ("since", "ids"),
    [
        (date(2026, 11, 19), ["t_1"]),
        (date(2026, 11, 1), ["t_1", "t_2"]),
        (date(2026, 8, 1), ["t_1", "t_2", "t_3", "t_4"]),
    ],
)
def test_since_moves_the_window_of_conversations(since, ids):
    ending = {"data": [], "paging": {}}

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.params.get("after") == "Q2":
            return httpx2.Response(200, json=ending)
        return recorded(request)

    recorded = Publisher("facebook_page").recorded
    pages, _ = pull(Publisher("facebook_page", answer), since=since)

    assert [each["id"] for each in records("facebook_page", pages, "conversations")] == ids


def test_an_empty_page_in_the_middle_does_not_end_the_reading():
    middle = {"data": [], "paging": {"cursors": {"after": "Q1"}, "next": "https://x.example"}}

    def answer(request: httpx2.Request) -> httpx2.Response:
        first = request.url.path.endswith("/conversations") and "after" not in request.url.params
        return httpx2.Response(200, json=middle) if first else recorded(request)

    recorded = Publisher("facebook_page").recorded
    pages, _ = pull(Publisher("facebook_page", answer))

    assert [each["id"] for each in records("facebook_page", pages, "conversations")] == ["t_3"]


def test_a_next_page_with_the_same_cursor_ends_the_reading():
    again = {
        "data": [{"id": "t_1", "updated_time": "2026-11-20T06:00:00+0000"}],
        "paging": {"cursors": {"after": "SAME"}, "next": "https://x.example"},
    }
    publisher = failing("/conversations", httpx2.Response(200, json=again))

    pull(publisher)

    asked = [each for each in publisher.requests if each.url.path.endswith("/conversations")]
    assert len(asked) == 2


def test_insights_do_not_follow_the_next_window():
    publisher = Publisher("facebook_page")

    pull(publisher)

    asked = [each for each in publisher.requests if each.url.path.endswith("/insights")]
    assert len(asked) == 1


def test_one_dead_metric_is_left_out_with_a_notice_and_the_other_is_read():
    def answer(request: httpx2.Request) -> httpx2.Response:
        metrics = request.url.params.get("metric", "").split(",")
        if "page_media_view" in metrics:
            return graph_error(100, "(#100) The value must be a valid insights metric")
        if metrics == ["page_follows"]:
            body: dict[str, Any] = {"data": [{"name": "page_follows", "values": []}]}
            return httpx2.Response(200, json=body)
        return recorded(request)

    recorded = Publisher("facebook_page").recorded
    pages, notices = pull(Publisher("facebook_page", answer))

    assert [each["name"] for each in records("facebook_page", pages, "insights")] == [
        "page_follows"
    ]
    assert [(each.code, each.stream) for each in notices] == [("metric_refused", "insights")]
    assert "page_media_view" in notices[0].message.fr


def test_a_dead_metric_is_told_once_however_many_windows_are_read():
    dead = graph_error(100, "(#100) The value must be a valid insights metric")

    _, notices = pull(failing("/insights", dead), full=True)

    assert sorted(each.message.en for each in notices) == sorted(
        {each.message.en for each in notices}
    )
    assert len(notices) == 2


@pytest.mark.parametrize(
    ("changes", "days"),
    [({}, 14), ({"since": date(2026, 11, 1)}, 19), ({"since": date(2026, 1, 1)}, 323)],
)
def test_insights_windows_are_ninety_days_at_most_and_touch(changes, days):
    publisher = Publisher("facebook_page")

    pull(publisher, **changes)

    asked = [each.url.params for each in publisher.requests if "since" in each.url.params]
    windows = [(date.fromisoformat(p["since"]), date.fromisoformat(p["until"])) for p in asked]
    assert all(last - first <= timedelta(days=90) for first, last in windows)
    assert all(before[1] == after[0] for before, after in pairwise(windows))
    assert windows[-1][1] == NOW.date()
    assert (windows[-1][1] - windows[0][0]).days == days


def test_a_small_page_without_insights_gives_no_record_rather_than_zeros():
    empty = httpx2.Response(200, json={"data": []})

    pages, notices = pull(failing("/insights", empty))

    assert records("facebook_page", pages, "insights") == []
    assert notices == []


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80001, 80006])
@pytest.mark.parametrize("status", [400, 403, 500])
def test_a_limit_is_known_by_its_code_whatever_the_status(code, status):
    usage = {"1": [{"type": "pages", "estimated_time_to_regain_access": 19}]}
    header = {"x-business-use-case-usage": orjson.dumps(usage).decode()}
    publisher = failing("", graph_error(code, "limit", status, **header))

    with pytest.raises(SourceUnavailable) as caught:
        pull(publisher)

    assert caught.value.retry_after_s == 19 * 60
    assert len(publisher.requests) == 1  # calls made while blocked lengthen the block


def test_a_limit_without_a_told_end_is_not_tried_again_within_the_run():
    publisher = failing("", graph_error(4, "(#4) Application request limit reached", 403))

    with pytest.raises(SourceUnavailable) as caught:
        pull(publisher)

    assert caught.value.retry_after_s == 3600
    assert len(publisher.requests) == 1


@pytest.mark.parametrize("code", [1, 2])
def test_a_passing_error_of_meta_is_tried_again(code):
    publisher = failing("/conversations", graph_error(code, "unknown error", 500))

    with pytest.raises(SourceUnavailable):
        pull(publisher)

    asked = [each for each in publisher.requests if each.url.path.endswith("/conversations")]
    assert len(asked) == 4


def test_too_much_data_at_once_is_asked_again_by_half():
    too_much = "Please reduce the amount of data you're asking for, then retry your request"

    def answer(request: httpx2.Request) -> httpx2.Response:
        if int(request.url.params.get("limit", 0)) > 6:
            return graph_error(1, too_much, 500)
        return recorded(request)

    recorded = Publisher("facebook_page").recorded
    publisher = Publisher("facebook_page", answer)
    pages, _ = pull(publisher)

    limits = [each.url.params["limit"] for each in publisher.requests if "limit" in each.url.params]
    assert limits == ["25", "12", "6", "6"]
    assert len(records("facebook_page", pages, "conversations")) == 3


@pytest.mark.parametrize("code", [10, 200, 299])
def test_a_permission_missing_for_messages_leaves_the_followers_read(code):
    publisher = failing("/conversations", graph_error(code, "Requires pages_messaging", 403))

    pages, notices = pull(publisher)

    assert [page.stream for page in pages] == ["page", "insights"]
    assert [(each.code, each.stream) for each in notices] == [
        ("permission_refused", "conversations")
    ]


@pytest.mark.parametrize(("code", "status"), [(190, 400), (190, 200), (102, 401), (200, 403)])
def test_a_refused_page_says_how_to_renew_the_token(code, status):
    with pytest.raises(SourceRefused, match="Utilisateurs système"):
        pull(failing("", graph_error(code, "refused", status)))


def test_another_page_than_the_one_asked_for_is_a_change():
    other = httpx2.Response(200, json={"id": "1", "name": "Autre ville"})

    with pytest.raises(SourceChanged, match="not about page"):
        pull(failing("104501234567890", other))


def test_the_token_goes_in_the_header():
    publisher = Publisher("facebook_page")

    pull(publisher)

    secret = feed("facebook_page").secret
    assert secret
    expected = f"Bearer {secret.get_secret_value()}"
    assert {each.headers["authorization"] for each in publisher.requests} == {expected}
    removed = {"pretty", "debug", "date_format", "ids", "access_token"}
    assert not [each.url for each in publisher.requests if removed & set(each.url.params)]
