"""The overview: where the town stands, and whether the figures can be trusted."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.base import Child, badge, link, section
from dashboards.components.card import kpi_card
from dashboards.pages import PageView
from dashboards.pages.head import page_head
from dashboards.view_models.context import Context
from dashboards.view_models.overview import Overview, Watched, overview
from dashboards.view_models.words import Badge


def overview_page(context: Context) -> PageView:
    """Write the overview of the town, on the day asked for."""
    view, t = overview(context), context.t
    cards = html.Ul([kpi_card(t, card) for card in view.cards], className="cards")
    sections = [
        html.Div(section(t("Headline figures"), [cards], anchor="chiffres"), className="wide"),
        html.Div(
            section(t("To watch"), [_watched(context, view)], anchor="a-surveiller"),
            className="wide",
        ),
        html.P(view.published, className="wide quiet stamp"),
    ]
    head = page_head(context, view.title, view.summary, below=_below(context, view))
    return PageView(view.title, [head, *sections])


def _below(context: Context, view: Overview) -> tuple[Child, ...]:
    parts: list[Component] = []
    if context.is_past:
        back = context.link("/", on=None)
        parts.append(link(context.t("Back to today"), back, class_name="chip chip-strong"))
    if view.date_links:
        days = [html.Li(link(each.text, each.href, class_name="chip")) for each in view.date_links]
        intro = context.t("Go to the day of a document:")
        parts += [html.P(intro, className="chips-intro"), html.Ul(days, className="chips")]
    return (html.Div(parts, className="chips-line"),) if parts else ()


def _watched(context: Context, view: Overview) -> Component:
    if not view.watched:
        return html.P(context.t("Nothing to report."), className="quiet")
    return html.Ul([_watched_line(each) for each in view.watched], className="watched")


def _watched_line(each: Watched) -> Component:
    reason = each.reason
    kind = badge(Badge(reason.kind, reason.icon, reason.tone))
    return html.Li([kind, html.Div([link(each.title, each.href), html.P(reason.text)])])
