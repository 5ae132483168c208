from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from arobase.sandbox.portal import ONLINE, accounts_of, days, online_total, requests_of
from arobase.sandbox.towns import CACHAN, START, START_INSTANT, TOWNS, Town

START_MORNING = START_INSTANT.replace(tzinfo=None)


@pytest.mark.parametrize("seed", [2020, 5])
def test_cachan_has_3976_online_requests_at_eight_on_the_starting_day(seed: int) -> None:
    assert online_total(seed, CACHAN, START_MORNING) == 3976
    assert online_total(seed, CACHAN, START_MORNING + timedelta(hours=15)) == 3976
    assert online_total(seed, CACHAN, START_MORNING + timedelta(days=2)) > 3976


def test_the_first_request_is_of_the_third_of_august() -> None:
    assert not requests_of(2020, CACHAN, date(2020, 8, 2))
    assert requests_of(2020, CACHAN, date(2020, 8, 3))


def test_cachan_has_1298_active_accounts_on_the_starting_day_and_seventeen_closed() -> None:
    accounts = [
        account
        for day in days(CACHAN.portal.launched, date(2020, 9, 30))
        for account in accounts_of(2020, CACHAN, day)
    ]

    closed = [account for account in accounts if account.closed and account.closed < START]

    assert len(accounts) - len(closed) == 1298
    assert len(closed) == 17
    assert len({account.id for account in accounts}) == len(accounts)


def test_requests_also_come_by_other_channels() -> None:
    channels = Counter(
        request.channel
        for day in days(date(2020, 8, 3), date(2020, 9, 30))
        for request in requests_of(2020, CACHAN, day)
    )

    assert channels[ONLINE] > 3900
    assert sum(channels.values()) - channels[ONLINE] > 100
    assert set(channels) == {ONLINE, "Guichet", "Téléphone", "Courrier", "Courriel"}


@pytest.mark.parametrize(("month", "last"), [(2, 28), (5, 31), (11, 30)])
def test_an_ordinary_month_of_cachan_has_six_to_nine_hundred_requests(
    month: int, last: int
) -> None:
    found = [
        request
        for day in days(date(2023, month, 1), date(2023, month, last))
        for request in requests_of(2020, CACHAN, day)
    ]

    assert 560 <= len(found) <= 900


@pytest.mark.parametrize("town", TOWNS.values(), ids=list(TOWNS))
def test_a_request_has_one_number_and_is_treated_after_it_was_made(town: Town) -> None:
    found = [
        request
        for day in days(date(2021, 9, 1), date(2021, 9, 30))
        for request in requests_of(2020, town, day)
    ]

    assert found
    assert len({request.id for request in found}) == len(found)
    assert all(request.treated >= request.submitted.date() for request in found)
