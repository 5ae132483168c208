"""Facebook conversations, generated day by day: who wrote when, never what.

A conversation is opened by a citizen (or now and then by the town), may get an automatic reply
after two seconds, is answered or not, and sometimes goes on for more than the 20 messages Meta
details. Around the starting day, answers come before, at and after two hours in equal numbers each
day, so that their median is two hours for any 30 days ending then.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from random import Random

from arobase.sandbox.model import count, dice, unit, wave
from arobase.sandbox.towns import CACHAN, PARIS, START, Town

FIRST_DAY = date(2019, 6, 1)
TWO_HOURS = 7200
_EXACT_FROM = START - timedelta(days=34)
_EXACT_SPREAD = (0.52, 1.0, 1.74)
_OPENING_HOUR, _CLOSING_HOUR = 8, 21


@dataclass(frozen=True, slots=True)
class Message:
    """One message: when, and by whom."""

    id: str
    at: datetime
    from_page: bool


@dataclass(frozen=True, slots=True)
class Conversation:
    """One thread with one citizen; messages oldest first."""

    id: str
    citizen: str
    messages: tuple[Message, ...]

    @property
    def updated_at(self) -> datetime:
        """When the last message came."""
        return self.messages[-1].at

    def until(self, now: datetime) -> Conversation | None:
        """Return the thread as it stood at an instant; None before its first message."""
        if self.updated_at <= now:
            return self
        if self.updated_at <= now:
            return self
        seen = tuple(message for message in self.messages if message.at <= now)
        return Conversation(self.id, self.citizen, seen) if seen else None


@lru_cache(maxsize=8)
def conversations(seed: int, town: Town, now: datetime) -> Sequence[Conversation]:
    """Return every conversation of a Page at an instant, the last updated first.

    The last answers are kept: with a clock that is set, every page of a pull asks for the same.
    """
    today = now.astimezone(PARIS).date()
    days = (FIRST_DAY + timedelta(days=n) for n in range((today - FIRST_DAY).days + 1))
    threads = (thread.until(now) for day in days for thread in opened_on(seed, town, day))
    return tuple(
        sorted(
            (thread for thread in threads if thread),
            key=lambda one: (one.updated_at, one.id),
            reverse=True,
        )
    )


@lru_cache(maxsize=20_000)
def opened_on(seed: int, town: Town, day: date) -> tuple[Conversation, ...]:
    """Return the conversations that began on a day."""
    if _is_exact(town, day):
        return tuple(_exact_day(seed, town, day))
    how_many = count(seed, town, "messages", day, town.messages_a_day)
    return tuple(_ordinary(seed, town, day, number) for number in range(how_many))


def _is_exact(town: Town, day: date) -> bool:
    return town is CACHAN and _EXACT_FROM <= day <= START


def _exact_day(seed: int, town: Town, day: date) -> Iterator[Conversation]:
    """Three answers around two hours; on some days an unanswered or a town-opened thread too."""
    for number, share in enumerate(_EXACT_SPREAD):
        random = dice(seed, town.id, "thread", day, number)
        start = datetime.combine(day, datetime.min.time(), PARIS) + timedelta(
            hours=9 + 2 * number, seconds=random.randrange(3600)
        )
        delay = (
            TWO_HOURS if share == 1.0 else round(TWO_HOURS * share * (0.9 + 0.2 * random.random()))
        )
        yield _thread(
            town, day, number, random, _answered(random, start, delay, chatty=day.day == 12)
        )
    if unit(seed, town.id, "unanswered", day) < 0.3:
        random = dice(seed, town.id, "thread", day, 8)
        yield _thread(town, day, 8, random, _unanswered(random, _evening(day, random)))
    if unit(seed, town.id, "town-opened", day) < 0.15:
        random = dice(seed, town.id, "thread", day, 9)
        yield _thread(town, day, 9, random, _opened_by_town(random, _morning(day, random)))


def _ordinary(seed: int, town: Town, day: date, number: int) -> Conversation:
    random = dice(seed, town.id, "thread", day, number)
    kind = random.random()
    start = _evening(day, random) if random.random() < 0.2 else _morning(day, random)
    if kind < 0.06:
        plan = _opened_by_town(random, start)
    elif kind < 0.15:
        plan = _unanswered(random, start)
    else:
        plan = _answered(random, start, _delay(seed, town, day, random), chatty=kind > 0.97)
    return _thread(town, day, number, random, plan)


def _delay(seed: int, town: Town, day: date, random: Random) -> int:
    """Return seconds before the answer: about two hours, some much longer, drifting by month."""
    mood = 1 + 0.35 * wave(seed, f"{town.id}/reply", day, every=47)
    slow = random.random() < 0.08
    return max(40, round(TWO_HOURS * mood * random.lognormvariate(0, 0.7) * (9 if slow else 1)))


def _morning(day: date, random: Random) -> datetime:
    seconds = random.randrange(_OPENING_HOUR * 3600, 18 * 3600)
    return datetime.combine(day, datetime.min.time(), PARIS) + timedelta(seconds=seconds)


def _evening(day: date, random: Random) -> datetime:
    seconds = random.randrange(18 * 3600, _CLOSING_HOUR * 3600)
    return datetime.combine(day, datetime.min.time(), PARIS) + timedelta(seconds=seconds)


Plan = list[tuple[datetime, bool]]


def _answered(random: Random, start: datetime, delay: int, *, chatty: bool) -> Plan:
    """A citizen writes, perhaps again; an automatic reply; the answer; perhaps a long chat."""
    plan: Plan = [(start, False)]
    if random.random() < 0.6:
        plan.append((start + timedelta(seconds=2), True))
    if delay > 400:
        extra = random.choice((0, 0, 0, 1, 2))
        plan += [
            (start + timedelta(seconds=60 * (n + 1) + random.randrange(30)), False)
            for n in range(extra)
        ]
    answered = start + timedelta(seconds=delay)
    plan.append((answered, True))
    turns = random.randrange(24, 34) if chatty else random.choice((0, 0, 1, 2, 3))
    for turn in range(turns):
        answered += timedelta(seconds=random.randrange(70, 400))
        plan.append((answered, turn % 2 == 1))
    return plan


def _unanswered(random: Random, start: datetime) -> Plan:
    plan: Plan = [(start, False), (start + timedelta(seconds=2), True)]
    if random.random() < 0.4:
        plan.append((start + timedelta(hours=random.randrange(2, 20)), False))
    return plan


def _opened_by_town(random: Random, start: datetime) -> Plan:
    plan: Plan = [(start, True)]
    if random.random() < 0.5:
        plan.append((start + timedelta(seconds=random.randrange(300, 20_000)), False))
    return plan


def _thread(town: Town, day: date, number: int, random: Random, plan: Plan) -> Conversation:
    stem = f"{town.insee_code}{day:%Y%m%d}{number:02d}"
    messages = tuple(
        Message(f"m_{stem}{index:03d}", at.astimezone(UTC), from_page)
        for index, (at, from_page) in enumerate(sorted(plan))
    )
    return Conversation(f"t_{stem}", str(random.randrange(10**15, 10**16)), messages)
