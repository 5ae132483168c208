"""The quality page: what arrived, what is late, what was doubted, what was refused."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.base import Child, badge, link, section, table
from dashboards.i18n import Texts
from dashboards.pages import PageView
from dashboards.pages.head import page_head
from dashboards.view_models.context import Context
from dashboards.view_models.quality import Doubt, FreshnessCell, Quality, quality
from dashboards.view_models.words import Badge


def quality_page(context: Context) -> PageView:
    """Write the quality page, for every town."""
    view, t = quality(context), context.t
    title = t("Data quality")
    stamp = html.P(f"{view.published}. {view.latency}".strip(), className="quiet on-band")
    sections = [
        _freshness(t, view),
        _doubts(t, view),
        _refused(t, view),
        _notices(t, view),
        _batches(t, view),
    ]
    head = page_head(context, title, view.summary, below=(stamp,))
    return PageView(title, [head, html.Div(sections, className="wide")], has_controls=False)


def _freshness(t: Texts, view: Quality) -> Component:
    rows = [[row.source, *(_cell(cell) for cell in row.cells)] for row in view.freshness]
    content = table(t("State of each source, town by town"), [t("Source"), *view.towns], rows)
    return section(t("Freshness of sources"), [content], anchor="fraicheur")


def _cell(cell: FreshnessCell) -> Component:
    if cell.badge is None:
        return html.Span(cell.detail, className="quiet")
    return html.Div([badge(cell.badge), html.Div(cell.detail, className="quiet small")])


def _doubts(t: Texts, view: Quality) -> Component:
    content: Component = html.P(t("No control has anything to say."), className="quiet")
    if view.doubts:
        headers = [t("Indicator"), t("Town"), t("Severity"), t("Why"), t("Since")]
        rows = [
            [_subject(each), each.city, badge(each.badge), _why(each), each.since]
            for each in view.doubts
        ]
        content = table(t("Open findings"), headers, rows)
    return section(t("What the controls found"), [content], anchor="controles")


def _subject(each: Doubt) -> Child:
    return link(each.indicator, each.href) if each.href else each.indicator


def _why(each: Doubt) -> Component:
    detail = [html.Div(each.detail, className="quiet small")] if each.detail else []
    return html.Div([each.text, *detail])


def _refused(t: Texts, view: Quality) -> Component:
    content: Component = html.P(t("No line was refused."), className="quiet")
    if view.refused:
        headers = [
            t("File and line"),
            t("Source"),
            t("Town"),
            t("Column"),
            t("Reason"),
            t("Value read"),
            t("Received"),
        ]
        rows = [
            [
                each.place,
                each.source,
                each.city,
                each.column,
                each.reason,
                html.Code(each.value) if each.value else each.no_value,
                each.received,
            ]
            for each in view.refused
        ]
        content = table(t("Lines refused last"), headers, rows)
    return section(
        t("Lines refused"),
        [content],
        anchor="refus",
        intro=t(
            "A refused line is kept as received: correct it in the file, and drop the file again."
        ),
    )


def _notices(t: Texts, view: Quality) -> Component:
    content: Component = html.P(t("Nothing to report."), className="quiet")
    if view.notices:
        rows = [[each.text, each.source, each.city, each.received] for each in view.notices]
        content = table(
            t("Remarks made last"), [t("Remark"), t("Source"), t("Town"), t("Received")], rows
        )
    return section(t("Remarks on what was received"), [content], anchor="remarques")


def _batches(t: Texts, view: Quality) -> Component:
    headers = [
        t("Batch"), t("Source"), t("Town"), t("Received"), t("State"),
        t("Lines received"), t("loaded"), t("refused"), t("already known"),
    ]  # fmt: skip
    rows = [
        [
            each.number,
            each.source,
            each.city,
            each.received,
            _state(each.badge, each.error),
            *each.lines,
        ]
        for each in view.batches
    ]
    content: Component = html.P(t("Nothing was received yet."), className="quiet")
    if rows:
        content = table(t("Batches received last"), headers, rows)
    return section(
        t("What was received"),
        [content],
        anchor="lots",
        intro=t("Every line is accounted for: received = loaded + refused + already known."),
    )


def _state(state: Badge, error: str) -> Component:
    shown = badge(state)
    return html.Div([shown, html.Div(error, className="quiet small")]) if error else shown
