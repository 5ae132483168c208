"""The values of an indicator over time: the same rows for the curve, the table and the download."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from arobase.published import Row, Value
from dashboards.state import span_bounds
from dashboards.view_models.context import Context
from dashboards.view_models.periods import period_name
from dashboards.view_models.words import status_word

MOST_POINTS = 60
"""Beyond, one value a month is drawn and listed; the download keeps them all."""

BYTE_ORDER_MARK = "\ufeff"
"""Without it a French spreadsheet reads UTF-8 as Windows-1252."""


@dataclass(frozen=True, slots=True)
class Point:
    """One value, with its words. A withheld one has no value: the curve breaks there."""

    day: date
    period: str
    value: float | None
    text: str
    status: str
    status_text: str
    counts: str


@dataclass(frozen=True, slots=True)
class Series:
    """What the figure draws, what its table lists, and the sentence that sums it up."""

    title: str
    caption: str
    label: str
    points: tuple[Point, ...]
    is_bars: bool
    unit: str
    target: float | None
    has_counts: bool
    downloads: tuple[tuple[str, str], ...]


def values(context: Context, indicator: Row) -> list[Value]:
    """Return the values in the period asked for; for a flow, its civil periods."""
    start, end = span_bounds(context.state.span, context.on)
    is_flow = indicator["kind"] == "flow"
    if is_flow and end == context.today:
        end = date.max  # the period under way ends later than today
    return context.reader.series(
        context.city["city_id"],
        indicator["indicator_id"],
        start=start,
        end=end,
        cumulated=False if is_flow else None,
    )


def series(context: Context, indicator: Row) -> Series:
    """Return the values of an indicator for the curve and its table."""
    found = values(context, indicator)
    shown = found if len(found) <= MOST_POINTS else monthly(found)
    points = tuple(_point(context, indicator, value) for value in shown)
    return Series(
        title=_title(context, indicator, thinned=len(shown) < len(found)),
        caption=_caption(context, points),
        label=context.t("Chart: %(title)s", title=context.title_of(indicator)),
        points=points,
        is_bars=indicator["kind"] == "flow",
        unit=indicator["unit"],
        target=None,
        has_counts=any(point.counts for point in points),
        downloads=_downloads(context, indicator["indicator_id"]),
    )


def monthly(found: Iterable[Value]) -> list[Value]:
    """Keep the last value of each month, and the last withheld one beside it."""
    kept = {
        (each.period_end.year, each.period_end.month, each.value is None): each for each in found
    }
    return sorted(kept.values(), key=lambda each: each.period_end)


def csv_text(context: Context, indicator: Row, *, french: bool) -> str:
    """Write all values as CSV: for a French spreadsheet, or for a machine."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";" if french else ",", lineterminator="\r\n")
    names = [
        "city_id", "indicator_id", "period_start", "period_end", "value", "numerator",
        "denominator", "origin", "status", "source_id", "as_of", "definition_version",
    ]  # fmt: skip
    writer.writerow(names)
    for value in values(context, indicator):
        writer.writerow(_cell(getattr(value, name), french=french) for name in names)
    return (BYTE_ORDER_MARK if french else "") + buffer.getvalue()


def _cell(value: object, *, french: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        written = repr(value).removesuffix(".0")
        return written.replace(".", ",") if french else written
    return value.isoformat() if isinstance(value, date) else str(value)


def _point(context: Context, indicator: Row, value: Value) -> Point:
    formats = context.formats
    text = context.t("withheld")
    if value.value is not None:
        text = formats.measure(value.value, indicator["unit"], max(indicator["decimals"], 1))
    return Point(
        day=value.period_end if indicator["kind"] != "flow" else value.period_start,
        period=period_name(context, indicator, value.period_start, value.period_end),
        value=value.value,
        text=text,
        status=value.status,
        status_text=status_word(context.t, value.status),
        counts=_counts(context, value),
    )


def _counts(context: Context, value: Value) -> str:
    if value.numerator is None or value.denominator is None:
        return ""
    top, bottom = context.formats.number(value.numerator), context.formats.number(value.denominator)
    return context.t("%(top)s out of %(bottom)s", top=top, bottom=bottom)


def _title(context: Context, indicator: Row, *, thinned: bool) -> str:
    title = context.title_of(indicator)
    return context.t("%(title)s, last value of each month", title=title) if thinned else title


def _caption(context: Context, points: tuple[Point, ...]) -> str:
    measured = [
        point for point in points if point.value is not None and point.status != "provisional"
    ]
    if not measured:
        return context.t("No value in this period.")
    first, last = measured[0], measured[-1]
    if first is last:
        return context.t("One value: %(value)s, %(period)s.", value=first.text, period=first.period)
    return context.t(
        "From %(first)s (%(start)s) to %(last)s (%(end)s), %(n)s values.",
        first=first.text,
        start=first.period,
        last=last.text,
        end=last.period,
        n=context.formats.number(len(points)),
    )


def _downloads(context: Context, indicator_id: str) -> tuple[tuple[str, str], ...]:
    query = context.state.search(insee_codes=(context.city["insee_code"],))
    base = f"/telechargements/{indicator_id}.csv{query}"
    return (
        (context.t("CSV for spreadsheets (French)"), base + "&variante=tableur"),
        (context.t("CSV for machines"), base + "&variante=machine"),
    )
