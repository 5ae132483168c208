from datetime import UTC, date, datetime

import pytest

from dashboards.formats import Formats

FR, EN = Formats("fr"), Formats("en")


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (FR.measure(94.9992, "percent"), "95\u00a0%"),
        (FR.measure(40, "count"), "40"),
        (FR.measure(3976, "count"), "3\u202f976"),
        (FR.measure(2.0, "hours", 1), "2\u202fh"),
        (FR.measure(2.25, "hours", 1), "2,2\u202fh"),
        (FR.measure(0.75, "hours", 1), "45\u202fmin"),
        (FR.measure(5, "arobases"), "5\u202f@"),
        (EN.measure(3976, "count"), "3,976"),
        (EN.measure(76.3, "percent"), "76%"),
    ],
)
def test_a_measure_is_written_as_its_reader_expects(written: str, expected: str) -> None:
    assert written == expected


def test_a_difference_always_has_its_sign_and_a_real_minus() -> None:
    assert FR.signed(33) == "+33"
    assert FR.signed(-1200) == "\u22121\u202f200"
    assert FR.signed(0) == "0"
    assert FR.signed_percent(1.31) == "+1,3\u00a0%"
    assert FR.signed_percent(0) == "0\u00a0%"
    assert FR.signed_percent(0.4) == "+0,4\u00a0%"


def test_dates_are_french_with_their_first_of_the_month() -> None:
    assert FR.day(date(2020, 10, 1)) == "1er octobre 2020"
    assert FR.day(date(2026, 11, 24)) == "24 novembre 2026"
    assert FR.short_month(date(2026, 7, 2)) == "juil. 2026"
    assert FR.quarter(date(2020, 6, 30)) == "T2 2020"
    assert EN.day(date(2020, 10, 1)) == "1 October 2020"


def test_an_instant_is_told_in_the_towns_time() -> None:
    assert FR.moment(datetime(2026, 11, 24, 7, 5, tzinfo=UTC)) == "24 nov. 2026, 08:05"


def test_quoted_text_gets_spaces_that_do_not_break() -> None:
    assert FR.quoted("3 976 démarches, 95 %") == "3\u202f976 démarches, 95\u00a0%"
    assert FR.quoted("le 5 octobre 2020, 12 villes") == "le 5 octobre 2020, 12 villes"
