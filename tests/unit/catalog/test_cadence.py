"""When a pull is due, in the town's own time."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arobase.catalog.cadence import last_time_due
from arobase.catalog.models import Cadence, Period

PARIS = ZoneInfo("Europe/Paris")


def due(every: str, now: datetime) -> str:
    found = last_time_due(Cadence(every=Period(every), at="06:00"), PARIS, now)
    return f"{found:%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        ("day", "2026-11-19 06:00"),
        ("week", "2026-11-16 06:00"),
        ("month", "2026-11-01 06:00"),
        ("quarter", "2026-10-01 06:00"),
        ("year", "2026-01-01 06:00"),
    ],
)
def test_a_pull_is_due_once_a_period_from_its_first_day(every, expected):
    assert due(every, datetime(2026, 11, 20, 4, 59, tzinfo=UTC)) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 20, 5, 0, tzinfo=UTC), "2026-11-20 06:00"),
        (datetime(2026, 11, 20, 4, 59, 59, tzinfo=UTC), "2026-11-19 06:00"),
        (datetime(2026, 7, 20, 4, 0, tzinfo=UTC), "2026-07-20 06:00"),
    ],
)
def test_the_hour_is_the_towns_own_in_winter_and_summer(now, expected):
    assert due("day", now) == expected


def test_before_the_hour_of_the_first_day_the_former_period_holds():
    assert due("year", datetime(2026, 1, 1, 4, 0, tzinfo=UTC)) == "2025-01-01 06:00"
    assert due("quarter", datetime(2026, 1, 1, 4, 0, tzinfo=UTC)) == "2025-10-01 06:00"
    assert due("month", datetime(2026, 3, 1, 4, 0, tzinfo=UTC)) == "2026-02-01 06:00"


instants = st.datetimes(datetime(2001, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(now=instants, every=st.sampled_from(list(Period)))
def test_the_time_due_is_never_after_now_and_is_itself_due(now, every):
    cadence = Cadence(every=every, at="06:00")

    found = last_time_due(cadence, PARIS, now)

    assert found <= now
    assert last_time_due(cadence, PARIS, found) == found
