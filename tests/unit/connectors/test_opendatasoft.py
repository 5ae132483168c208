"""The traps of the Explore API v2.1."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from arobase.errors import SourceChanged, SourceRefused, SourceUnavailable
from tests.replay import Publisher, pull, records


def portal(status: int, body: Any, **headers: str) -> Publisher:
    answer = httpx2.Response(status, json=body, headers=headers)
    return Publisher("opendatasoft", lambda _: answer)


def test_the_catalogue_is_read_whole_a_hundred_cards_at_a_time():
    publisher = Publisher("opendatasoft")

    pages, _ = pull(publisher)

    asked = [(each.url.params["limit"], each.url.params["offset"]) for each in publisher.requests]
    assert asked == [("100", "0"), ("100", "2")]
    ids = [each["dataset_id"] for each in records("opendatasoft", pages, "datasets")]
    assert ids == ["budget-2025", "equipements", "interne"]


def test_a_catalogue_of_a_full_page_is_asked_for_once():
    cards = [{"dataset_id": str(each)} for each in range(100)]
    publisher = portal(200, {"total_count": 100, "results": cards})

    pages, _ = pull(publisher)

    assert len(publisher.requests) == len(pages) == 1


def test_bare_nan_is_read_as_no_value():
    pages, _ = pull(Publisher("opendatasoft"))

    first = records("opendatasoft", pages, "datasets")[0]

    assert first["metas"]["default"]["bbox"] == {"area": None}


def test_the_visibility_of_a_card_is_kept():
    pages, _ = pull(Publisher("opendatasoft"))

    shown = [each["visibility"] for each in records("opendatasoft", pages, "datasets")]

    assert shown == ["domain", "domain", "restricted"]


def test_an_empty_catalogue_is_a_page_that_says_zero():
    pages, _ = pull(portal(200, {"total_count": 0, "results": []}))

    assert len(pages) == 1
    assert records("opendatasoft", pages, "datasets") == []


def test_fewer_cards_than_counted_is_not_taken_for_the_catalogue():
    cards: list[Any] = [{"dataset_id": "a"}]
    answers = iter([cards * 3, []])

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"total_count": 4, "results": next(answers)})

    with pytest.raises(SourceUnavailable, match="3 cards read where the portal counts 4"):
        pull(Publisher("opendatasoft", answer))


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"errorcode": 10002, "reset_time": "2026-11-21T00:00:00Z", "error": "x"}, {}, 61200),
        ({}, {"x-ratelimit-reset": "2026-11-21 00:00:00+00:00"}, 61200),
        ({}, {"x-ratelimit-reset": "1795219200"}, 61200),
        ({}, {}, 61200),
    ],
)
def test_a_spent_quota_is_left_until_its_reset_however_it_is_written(body, headers, seconds):
    publisher = portal(429, body, **headers)

    with pytest.raises(SourceUnavailable, match="quota") as caught:
        pull(publisher)

    assert caught.value.retry_after_s == seconds
    assert len(publisher.requests) == 1


def test_a_quota_about_to_come_back_is_waited_for():
    publisher = portal(429, {"errorcode": 10002, "reset_time": "2026-11-20T07:00:40Z"})

    with pytest.raises(SourceUnavailable):
        pull(publisher)

    assert publisher.time.waits.count(40) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_a_closed_portal_is_refused(status):
    with pytest.raises(SourceRefused, match="not public"):
        pull(portal(status, {"error_code": "ForbiddenAccess", "message": "no"}))


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "InvalidRESTParameterError"), (404, "NotFoundURI"), (200, "ODSQLError")],
)
def test_an_error_names_its_code(status, code):
    with pytest.raises(SourceChanged, match=code):
        pull(portal(status, {"error_code": code, "message": "Invalid value"}))


def test_calls_leave_the_time_between_them_that_portals_need():
    publisher = Publisher("opendatasoft")

    pull(publisher)

    assert publisher.time.waits == [pytest.approx(0.7)]
