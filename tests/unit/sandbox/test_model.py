from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from arobase.sandbox.model import level, rhythm, shared_out
from arobase.sandbox.towns import CACHAN, MONTROUGE, START, TOWNS


@pytest.mark.parametrize("seed", [1, 2020, 77])
def test_followers_on_the_starting_day_do_not_depend_on_the_seed(seed: int) -> None:
    assert level(seed, CACHAN, "facebook", CACHAN.facebook_followers, START) == 2554
    assert CACHAN.instagram_followers is not None
    assert level(seed, CACHAN, "instagram", CACHAN.instagram_followers, START) == 1221


def test_followers_grow_over_the_years_and_sometimes_lose_a_few() -> None:
    days = [START + timedelta(days=n) for n in range(2200)]

    levels = [level(2020, MONTROUGE, "facebook", MONTROUGE.facebook_followers, day) for day in days]

    steps = [after - before for before, after in pairwise(levels)]
    assert levels[-1] > 1.3 * levels[0]
    assert any(step < 0 for step in steps)
    assert max(abs(step) for step in steps) < 0.02 * levels[0]


def test_another_seed_gives_another_history() -> None:
    day = date(2022, 3, 3)

    first = level(1, CACHAN, "facebook", CACHAN.facebook_followers, day)

    assert first == level(1, CACHAN, "facebook", CACHAN.facebook_followers, day)
    assert first != level(2, CACHAN, "facebook", CACHAN.facebook_followers, day)


def test_august_and_sundays_are_quiet() -> None:
    def mean(days: list[date]) -> float:
        return sum(rhythm(2020, CACHAN, "x", day) for day in days) / len(days)

    year = [date(2022, 1, 1) + timedelta(days=n) for n in range(365)]

    assert mean([day for day in year if day.month == 8]) < 0.7 * mean(year)
    assert mean([day for day in year if day.weekday() == 6]) < 0.8 * mean(year)


def test_a_total_shared_out_is_the_total() -> None:
    parts = shared_out(101, [1.0, 2.5, 0.3, 9.1])

    assert sum(parts) == 101
    assert parts[3] > parts[1] > parts[0] > parts[2]


def test_every_town_has_its_own_identifiers() -> None:
    assert len({town.page_id for town in TOWNS.values()}) == len(TOWNS)
    assert CACHAN.page_id == "100064000094016"
    assert CACHAN.account_id == "1784140000094016"
