"""A chart with its sentence, its table and its downloads: the one way a chart is shown."""

from __future__ import annotations

from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.base import table
from dashboards.figures.series import series_figure
from dashboards.i18n import Texts
from dashboards.view_models.series import Point, Series


def chart(t: Texts, series: Series) -> Component:
    """Return the figure; its table holds exactly the values that are drawn."""
    children: list[Component] = []
    if any(point.value is not None for point in series.points):
        children.append(_drawing(t, series))
    children.append(html.Figcaption([_captions(t, series)], id="serie-legende"))
    if series.points:
        children.append(
            html.Details(
                [html.Summary(t("See the values as a table")), _table(t, series)], className="data"
            )
        )
    return html.Figure([*children, _downloads(series)], className="figure")


def _drawing(t: Texts, series: Series) -> Component:
    graph = dcc.Graph(
        figure=series_figure(series),
        responsive=True,
        config={
            "displayModeBar": False,
            "showSendToCloud": False,
            "locale": t.language,
            "responsive": True,
            "scrollZoom": False,
            "doubleClick": False,
        },
    )
    label = {"aria-label": series.label, "aria-describedby": "serie-legende"}
    return html.Div(graph, role="img", className="drawing", **label)


def _captions(t: Texts, series: Series) -> Component:
    notes = [series.title + ".", series.caption]
    statuses = {point.status for point in series.points}
    if not series.is_bars and series.points:
        notes.append(t("The vertical axis does not always start at zero."))
    if "provisional" in statuses:
        notes.append(t("Hollow or hatched: provisional value."))
    if "withheld" in statuses:
        notes.append(t("A gap: the value is withheld."))
    return html.Span(" ".join(notes))


def _table(t: Texts, series: Series) -> Component:
    headers = [t("Period"), t("Value"), t("Status")]
    if series.has_counts:
        headers.insert(2, t("Counts"))
    rows = [_row(point, with_counts=series.has_counts) for point in reversed(series.points)]
    return table(series.title, headers, rows)


def _row(point: Point, *, with_counts: bool) -> list[str]:
    counts = [point.counts] if with_counts else []
    return [point.period, point.text, *counts, point.status_text]


def _downloads(series: Series) -> Component:
    links = [
        html.Li(html.A(text, href=href, className="button")) for text, href in series.downloads
    ]
    return html.Ul(links, className="toolbar")
