"""The small curve of a card: a mask over a coloured box, so that it follows the colours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

WIDTH, HEIGHT, MARGIN = 240.0, 48.0, 4.0

Points = Sequence[tuple[date, float]]


def sparkline(points: Points) -> Component | None:
    """Return the curve, silent to screen readers; None under two points."""
    if len(points) < 2:
        return None
    places = _places(points)
    mask = f'url("data:image/svg+xml,{quote(_svg(places))}")'
    x, y = places[-1]
    dot = {"left": f"{100 * x / WIDTH:.2f}%", "top": f"{100 * y / HEIGHT:.2f}%"}
    return html.Div(
        [
            html.Div(className="spark-curve", style={"maskImage": mask, "WebkitMaskImage": mask}),
            html.Span(className="spark-dot", style=dot),
        ],
        className="spark",
        **{"aria-hidden": "true"},
    )


def _places(points: Points) -> list[tuple[float, float]]:
    days = [day.toordinal() for day, _ in points]
    values = [value for _, value in points]
    first, low = days[0], min(values)
    span, height = (days[-1] - first) or 1, (max(values) - low) or 1.0
    return [
        (
            (WIDTH - MARGIN) * (day - first) / span,
            HEIGHT
            - MARGIN
            - (HEIGHT - 2 * MARGIN) * ((value - low) / height if max(values) > low else 0.5),
        )
        for day, value in zip(days, values, strict=True)
    ]


def _svg(places: list[tuple[float, float]]) -> str:
    line = " L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    area = f"M{line} V{HEIGHT} H0 Z"
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" preserveAspectRatio="none" '
        f'viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">'
        f'<path d="{area}" fill-opacity=".16"/>'
        f'<path d="M{line}" fill="none" stroke="#000" stroke-width="2" stroke-linejoin="round" '
        'vector-effect="non-scaling-stroke"/></svg>'
    )
