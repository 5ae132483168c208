"""The curve, or the bars, of an indicator over time."""

from __future__ import annotations

from typing import Any

from dashboards.theme import FONT, LIGHT
from dashboards.view_models.series import Point, Series

Figure = dict[str, Any]

SYMBOLS = {"provisional": "circle-open", "stale": "diamond-open"}
MOST_MARKERS = 40
"""Beyond, only the values that need a mark have one."""

HATCHES = {"provisional": "/", "stale": "x"}


def series_figure(series: Series) -> Figure:
    """Return the figure. Bars start at zero; a withheld value is a gap, never a zero."""
    trace = _bars(series.points) if series.is_bars else _line(series.points)
    return {"data": [trace], "layout": _layout(series)}


def _common(points: tuple[Point, ...]) -> Figure:
    return {
        "x": [point.day.isoformat() for point in points],
        "y": [point.value for point in points],
        "hovertext": [f"{point.period} · {point.text}" for point in points],
        "hoverinfo": "text",
        "showlegend": False,
    }


def _line(points: tuple[Point, ...]) -> Figure:
    symbols = [SYMBOLS.get(point.status, "circle") for point in points]
    plain = 7 if len(points) <= MOST_MARKERS else 0
    sizes = [9 if point.status in SYMBOLS else plain for point in points]
    return _common(points) | {
        "type": "scatter",
        "mode": "lines+markers",
        "line": {"color": LIGHT["series"], "width": 2.5},
        "marker": {"color": LIGHT["series"], "size": sizes, "symbol": symbols, "opacity": 1},
        "connectgaps": False,
    }


def _bars(points: tuple[Point, ...]) -> Figure:
    hatches = [HATCHES.get(point.status, "") for point in points]
    return _common(points) | {
        "type": "bar",
        "marker": {"color": LIGHT["series"], "line": {"width": 1.5}, "pattern": {"shape": hatches}},
    }


def _layout(series: Series) -> Figure:
    suffix = {"percent": "\u00a0%", "hours": "\u202fh"}.get(series.unit, "")
    axis = {"gridcolor": LIGHT["line"], "zeroline": False, "automargin": True, "fixedrange": True}
    return {
        "height": 340,
        "margin": {"l": 8, "r": 16, "t": 12, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 14, "color": LIGHT["ink-soft"]},
        "bargap": 0.35,
        "xaxis": axis | {"type": "date", "showgrid": False, "tickformat": "%b %Y", "nticks": 7},
        "yaxis": axis
        | {
            "rangemode": "tozero" if series.is_bars else "normal",
            "ticksuffix": suffix,
            "tickformat": ",~f",
            "nticks": 6,
        },
        "hovermode": "closest",
        "dragmode": False,
    }
