"""How the period of a value is told, and which earlier value it is compared with."""

from __future__ import annotations

from datetime import date, timedelta

from arobase.published import Row
from dashboards.view_models.context import Context


def is_whole_year(start: date, end: date) -> bool:
    """Tell whether a period is one calendar year."""
    return (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year


def is_whole_month(start: date, end: date) -> bool:
    """Tell whether a period is one calendar month."""
    next_day = end + timedelta(days=1)
    return (
        start.day == 1 and next_day.day == 1 and (start.year, start.month) == (end.year, end.month)
    )


def is_quarter_end(indicator: Row, end: date) -> bool:
    """Tell whether a value of a quarterly figure stands at the end of a quarter."""
    next_day = end + timedelta(days=1)
    return bool(indicator["cadence"] == "quarter" and next_day.day == 1 and next_day.month % 3 == 1)


def period_name(context: Context, indicator: Row, start: date, end: date) -> str:
    """Name a period in short, for tables and curves: 2019, T2 2020, sept. 2020, 1er oct. 2020."""
    formats = context.formats
    if start == end:
        return formats.quarter(end) if is_quarter_end(indicator, end) else formats.short_day(end)
    if is_whole_year(start, end):
        return str(end.year)
    if is_whole_month(start, end):
        return formats.short_month(end)
    return context.t(
        "%(start)s to %(end)s", start=formats.short_day(start), end=formats.short_day(end)
    )


def period_sentence(context: Context, start: date, end: date) -> str:
    """Tell a period beside its value: "Au 1er oct. 2020", "Année 2019"."""
    formats, t = context.formats, context.t
    if start == end:
        return t("As of %(day)s", day=formats.short_day(end))
    if is_whole_year(start, end):
        return t("Year %(year)s", year=str(end.year))
    if is_whole_month(start, end):
        return t("In %(month)s", month=formats.month(end))
    return t(
        "From %(start)s to %(end)s", start=formats.short_day(start), end=formats.short_day(end)
    )


def reference_name(context: Context, indicator: Row, start: date, end: date) -> str:
    """Name the period a value is compared with, as short as it can be."""
    if start == end or not (is_whole_year(start, end) or is_whole_month(start, end)):
        quarterly = is_quarter_end(indicator, end)
        return context.formats.quarter(end) if quarterly else context.formats.short_month(end)
    return period_name(context, indicator, start, end)


def year_before(rows: list[Row], end: date) -> Row | None:
    """Return the value of the same month one year earlier, if there is one."""
    wanted = (end.year - 1, end.month)
    found = [row for row in rows if (row["period_end"].year, row["period_end"].month) == wanted]
    return found[-1] if found else None


def month_before(rows: list[Row], end: date) -> Row | None:
    """Return the last value of an earlier month, if there is one."""
    earlier = [row for row in rows if row["period_end"] < end.replace(day=1)]
    return earlier[-1] if earlier else None
