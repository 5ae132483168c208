"""When a cadence asks for a pull."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from arobase.catalog.models import Cadence, Period


def last_time_due(cadence: Cadence, timezone: ZoneInfo, now: datetime) -> datetime:
    """Return the latest instant, at or before `now`, when a pull is asked for.

    A pull is due once per period, from the time `at` of its first day, in the town's time zone.
    """
    local = now.astimezone(timezone)
    first_day = _first_day(cadence.every, local.date())
    due = _at(cadence, first_day, timezone)
    if due <= local:
        return due
    return _at(cadence, _first_day(cadence.every, first_day - timedelta(days=1)), timezone)


def _at(cadence: Cadence, day: date, timezone: ZoneInfo) -> datetime:
    hour, minute = (int(part) for part in cadence.at.split(":"))
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone)


def _first_day(every: Period, day: date) -> date:
    match every:
        case Period.day:
            return day
        case Period.week:
            return day - timedelta(days=day.weekday())
        case Period.month:
            return day.replace(day=1)
        case Period.quarter:
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case Period.year:
            return day.replace(month=1, day=1)
