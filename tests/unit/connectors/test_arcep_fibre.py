"""Which quarters are fetched, and what a quarter's file must be."""

from __future__ import annotations

from datetime import date

import httpx2
import pytest

from arobase.connectors.arcep_fibre import file_url, last_day
from arobase.errors import SourceChanged, SourceUnavailable, SourceUnchanged
from tests.replay import FIXTURES, Publisher, feed, pull


def quarters(**changes: object) -> list[str]:
    pages, _ = pull(Publisher("arcep_fibre"), **changes)
    return [page.context["quarter"] for page in pages]


def landed(*names: str) -> frozenset[str]:
    return frozenset(file_url(feed("arcep_fibre"), name) for name in names)


def test_the_first_pull_takes_the_newest_quarter_only():
    assert quarters() == ["2026_T2"]


def test_a_full_pull_takes_every_quarter_that_has_the_file():
    pages, notices = pull(Publisher("arcep_fibre"), full=True)

    assert [page.context["quarter"] for page in pages] == ["2020_T2", "2026_T2"]
    assert [each.code for each in notices] == ["quarter_without_file"]
    assert "2020_T1" in notices[0].message.en


def test_what_landed_before_is_not_fetched_again():
    assert quarters(landed=landed("2020_T2")) == ["2026_T2"]


def test_nothing_newer_than_what_landed_is_no_news():
    with pytest.raises(SourceUnchanged):
        quarters(landed=landed("2026_T2"))


def test_a_gap_before_what_landed_is_not_filled_without_being_asked():
    with pytest.raises(SourceUnchanged):
        quarters(landed=landed("2026_T2"), full=False)


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        (date(2020, 6, 30), ["2020_T2", "2026_T2"]),
        (date(2020, 7, 1), ["2026_T2"]),
        (date(2026, 6, 30), ["2026_T2"]),
    ],
)
def test_since_takes_the_quarters_that_end_from_that_day_on(since, expected):
    assert quarters(since=since, landed=landed("2026_T2")) == expected


def test_nothing_since_then_is_no_news():
    with pytest.raises(SourceUnchanged):
        quarters(since=date(2026, 7, 1))


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        ("2020_T1", date(2020, 3, 31)),
        ("2020_T2", date(2020, 6, 30)),
        ("2020_T3", date(2020, 9, 30)),
        ("2020_T4", date(2020, 12, 31)),
    ],
)
def test_a_quarter_ends_on_its_last_day(quarter, day):
    assert last_day(quarter) == day


def test_the_bytes_are_those_received_and_last_is_not_a_quarter():
    pages, _ = pull(Publisher("arcep_fibre"))

    assert [page.body for page in pages] == [
        (FIXTURES / "arcep_fibre" / "commune_techno_2026_T2.csv").read_bytes()
    ]
    assert pages[0].url == file_url(feed("arcep_fibre"), "2026_T2")


@pytest.mark.parametrize("link", ["2020_T2/", "/fixe/x/2020_T2/", "2020_T2", "./2020_T2/"])
def test_a_listing_is_read_however_its_links_are_written(link):
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(".csv"):
            return recorded(request)
        return httpx2.Response(200, html=f"<a href='{link}'>x</a>")

    recorded = Publisher("arcep_fibre").recorded
    pages, _ = pull(Publisher("arcep_fibre", answer))

    assert [page.context["quarter"] for page in pages] == ["2020_T2"]


def test_a_file_cut_in_the_middle_of_a_line_is_to_be_asked_for_again():
    def answer(request: httpx2.Request) -> httpx2.Response:
        whole = recorded(request)
        if request.url.path.endswith(".csv"):
            return httpx2.Response(200, content=whole.content[:-20])
        return whole

    recorded = Publisher("arcep_fibre").recorded

    with pytest.raises(SourceUnavailable, match="the file is cut"):
        pull(Publisher("arcep_fibre", answer))


def test_a_file_without_the_fibre_column_is_a_change_that_names_it():
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(".csv"):
            return httpx2.Response(200, text="code_insee;nbr;fibre\n94016;1;1\n")
        return recorded(request)

    recorded = Publisher("arcep_fibre").recorded

    with pytest.raises(SourceChanged, match="without the columns elig_ftth"):
        pull(Publisher("arcep_fibre", answer))
