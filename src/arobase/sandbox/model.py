"""How a town's quantities move: each a pure function of the seed, the town and the day.

Levels hit the figures of `towns.py` exactly on the starting day, whatever the seed: noise is
counted from there. Flows follow the week, the school year and the summer.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from random import Random

from arobase.sandbox.towns import START, Level, Town

_WEEK = (1.28, 1.16, 1.10, 1.02, 1.0, 0.78, 0.66)
_YEAR = (1.02, 0.95, 1.0, 0.97, 1.05, 1.14, 0.74, 0.55, 1.36, 1.12, 1.04, 0.82)


def unit(seed: int, *key: object) -> float:
    """Return a number in [0, 1) that depends on the seed and the key only."""
    text = "/".join(str(part) for part in (seed, *key))
    digest = hashlib.blake2b(text.encode(), digest_size=7).digest()
    return int.from_bytes(digest) / float(1 << 56)


def dice(seed: int, *key: object) -> Random:
    """Return a generator that depends on the seed and the key only."""
    return Random(int(unit(seed, *key) * (1 << 52)))


def wave(seed: int, key: str, day: date, *, every: int) -> float:
    """Return a smooth random curve in [-1, 1], with a new turn each `every` days."""
    step, within = divmod(day.toordinal(), every)
    left = unit(seed, key, step) * 2 - 1
    right = unit(seed, key, step + 1) * 2 - 1
    share = within / every
    ease = share * share * (3 - 2 * share)
    return left + (right - left) * ease


def level(seed: int, town: Town, name: str, quantity: Level, day: date) -> int:
    """Return a stock on a day: trend, summer dip, slow and quick ripples."""
    years = (day - START).days / 365.25
    trend = quantity.value * max(0.25, 1 + quantity.growth * years)
    shift = _drift(seed, f"{town.id}/{name}", day) - _drift(seed, f"{town.id}/{name}", START)
    return max(0, round(trend * (1 + quantity.ripple * shift)))


def _drift(seed: int, key: str, day: date) -> float:
    slow = wave(seed, f"{key}/slow", day, every=61)
    quick = wave(seed, f"{key}/quick", day, every=9)
    summer = max(0.0, math.cos((day.timetuple().tm_yday - 222) / 365.25 * 2 * math.pi) - 0.7)
    return slow + 0.35 * quick - 1.5 * summer


def rhythm(seed: int, town: Town, name: str, day: date) -> float:
    """Return how busy a day is: 1 on an ordinary one."""
    noise = 0.82 + 0.36 * unit(seed, town.id, name, "noise", day)
    return _WEEK[day.weekday()] * _YEAR[day.month - 1] * noise


def count(seed: int, town: Town, name: str, day: date, a_day: float) -> int:
    """Return how many things happened on a day, for a mean of `a_day` on an ordinary one."""
    mean = a_day * rhythm(seed, town, name, day)
    return int(mean + unit(seed, town.id, name, "rounding", day))


def shared_out(total: int, weights: Sequence[float]) -> list[int]:
    """Split a total along weights, to the unit (largest remainders)."""
    scale = total / sum(weights)
    parts = [int(weight * scale) for weight in weights]
    remainders = sorted(
        range(len(weights)), key=lambda index: (parts[index] - weights[index] * scale, index)
    )
    for index in remainders[: total - sum(parts)]:
        parts[index] += 1
    return parts


@lru_cache(maxsize=64)
def opening_days(seed: int, town: Town, name: str, total: int) -> dict[date, int]:
    """Split a total over the days from a portal's launch to the day before the start."""
    first = town.portal.launched
    days = [first + timedelta(days=n) for n in range((START - first).days)]
    weights = [
        rhythm(seed, town, name, day) * (1 + 1.5 * math.exp(-(day - first).days / 9))
        for day in days
    ]
    return dict(zip(days, shared_out(total, weights), strict=True))
