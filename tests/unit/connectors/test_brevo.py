"""The traps of Brevo."""

from __future__ import annotations

import httpx2
import pytest

from arobase.errors import SourceRefused, SourceUnavailable
from tests.replay import Publisher, pull, records


def refusing(path_end: str, status: int, body: dict[str, str], **headers: str) -> Publisher:
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(path_end):
            return httpx2.Response(status, json=body, headers=headers)
        return recorded(request)

    recorded = Publisher("brevo").recorded
    return Publisher("brevo", answer)


def test_each_list_is_asked_for_by_itself_and_never_the_collection_of_zeros():
    publisher = Publisher("brevo")

    pages, _ = pull(publisher)

    asked = [each.url.path for each in publisher.requests if "lists" in each.url.path]
    assert asked == ["/v3/contacts/lists/3", "/v3/contacts/lists/8"]
    lists = records("brevo", pages, "lists")
    assert [each["totalSubscribers"] for each in lists] == [5011, 640]
    assert [page.context for page in pages if page.stream == "lists"] == [
        {"list_id": "3"},
        {"list_id": "8"},
    ]


def test_campaigns_are_read_to_the_end_and_no_further():
    publisher = Publisher("brevo")

    pages, _ = pull(publisher)

    asked = [each.url.params for each in publisher.requests if "emailCampaigns" in each.url.path]
    assert [each["offset"] for each in asked] == ["0", "2"]
    assert [each["id"] for each in records("brevo", pages, "campaigns")] == [77, 76, 75]


def test_campaigns_are_asked_with_figures_and_without_their_text():
    publisher = Publisher("brevo")

    pull(publisher)

    asked = next(e.url.params for e in publisher.requests if "emailCampaigns" in e.url.path)
    assert asked["statistics"] == "globalStats"
    assert asked["excludeHtmlContent"] == "true"
    assert int(asked["limit"]) <= 100
    assert asked["startDate"] == "2026-05-24T07:00:00.000Z"


def test_an_account_without_campaigns_has_no_list_of_them():
    pages, _ = pull(refusing("/emailCampaigns", 200, {"count": 0}))  # type: ignore[dict-item]

    assert records("brevo", pages, "campaigns") == []


@pytest.mark.parametrize(
    "message", ["Key not found", "unauthorized: IP not authorized", "unauthorized: not verified"]
)
def test_a_refusal_says_key_or_server_address(message):
    body = {"code": "unauthorized", "message": message}

    with pytest.raises(SourceRefused, match=r"(?s)key, or this server's address.*IP autorisées"):
        pull(refusing("", 401, body))


def test_the_wait_is_the_seconds_left_not_a_date():
    limited = refusing("", 429, {"message": "limit"}, **{"x-sib-ratelimit-reset": "45"})

    with pytest.raises(SourceUnavailable) as caught:
        pull(limited)

    assert caught.value.retry_after_s == 45
    assert limited.time.waits.count(45) == 3


def test_a_limit_by_the_hour_is_left_to_the_next_run():
    limited = refusing(
        "/emailCampaigns", 429, {"message": "x"}, **{"x-sib-ratelimit-reset": "3000"}
    )

    with pytest.raises(SourceUnavailable) as caught:
        pull(limited)

    assert caught.value.retry_after_s == 3000


def test_a_list_that_does_not_exist_names_the_town_to_correct():
    body = {"code": "document_not_found", "message": "List ID does not exist"}

    with pytest.raises(SourceRefused, match="correct list_ids of testville"):
        pull(refusing("/lists/8", 404, body))


def test_a_key_that_may_not_read_campaigns_still_gives_the_lists():
    body = {"code": "permission_denied", "message": "Forbidden"}

    pages, notices = pull(refusing("/emailCampaigns", 403, body))

    assert [page.stream for page in pages] == ["lists", "lists"]
    assert [each.code for each in notices] == ["permission_refused"]


def test_the_key_goes_in_its_own_header():
    publisher = Publisher("brevo")

    pull(publisher)

    assert all(each.headers["api-key"].startswith("EAAB0") for each in publisher.requests)
