from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest

from arobase.sandbox.conversations import Message, conversations
from arobase.sandbox.towns import CACHAN, TOWNS, Town

START = datetime(2020, 10, 1, 6, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


def requests(messages: tuple[Message, ...]) -> Iterator[tuple[datetime, float | None]]:
    """Yield each request and the seconds before its answer: an independent reading of the rule."""
    opened: datetime | None = None
    for before, message in zip((None, *messages), messages, strict=False):
        if not message.from_page and (before is None or message.at - before.at >= DAY):
            if opened:
                yield opened, None
            opened = message.at
        elif message.from_page and opened and (message.at - opened).total_seconds() >= 10:
            yield opened, (message.at - opened).total_seconds()
            opened = None
    if opened:
        yield opened, None


def delays(town: Town, seed: int, now: datetime, *, seen: int | None = None) -> list[float | None]:
    return [
        delay
        for thread in conversations(seed, town, now)
        for opened, delay in requests(thread.messages[-seen:] if seen else thread.messages)
        if now - timedelta(days=30) < opened <= now
    ]


@pytest.mark.parametrize("seed", [2020, 1, 9])
@pytest.mark.parametrize("hours", [0, 6, 16])
@pytest.mark.parametrize("seen", [None, 20])
def test_the_median_first_answer_of_cachan_is_two_hours_on_the_starting_day(
    seed: int, hours: int, seen: int | None
) -> None:
    now = START + timedelta(hours=hours)

    answered = [delay for delay in delays(CACHAN, seed, now, seen=seen) if delay is not None]

    assert median(answered) == 7200
    assert len(answered) > 60
    assert len(set(answered)) > 30


def test_some_requests_get_no_answer() -> None:
    found = delays(CACHAN, 2020, START)

    assert 3 < found.count(None) < 0.25 * len(found)


def test_the_median_moves_over_the_years() -> None:
    medians = {
        round(median(delay for delay in delays(CACHAN, 2020, now) if delay), -2)
        for year in range(2021, 2026)
        for now in [datetime(year, 4, 1, 6, tzinfo=UTC)]
    }

    assert len(medians) > 3


@pytest.mark.parametrize("town", TOWNS.values(), ids=list(TOWNS))
def test_every_kind_of_conversation_happens(town: Town) -> None:
    found = conversations(2020, town, datetime(2026, 11, 1, tzinfo=UTC))

    assert any(thread.messages[0].from_page for thread in found), "none opened by the town"
    assert any(len(thread.messages) > 20 for thread in found), "none longer than 20 messages"
    assert any(all(not one.from_page for one in thread.messages[2:]) for thread in found)
    assert any(
        after.from_page and (after.at - before.at).total_seconds() == 2
        for thread in found
        for before, after in zip(thread.messages, thread.messages[1:], strict=False)
    ), "no automatic reply"


def test_nothing_is_written_after_now_and_the_last_updated_comes_first() -> None:
    found = conversations(2020, CACHAN, START)

    assert all(message.at <= START for thread in found for message in thread.messages)
    updates = [thread.updated_at for thread in found]
    assert updates == sorted(updates, reverse=True)
