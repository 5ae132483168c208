"""The site map: every page and every indicator, by theme."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.base import link, section
from dashboards.pages import PageView
from dashboards.pages.head import page_head
from dashboards.view_models.context import Context
from dashboards.view_models.words import theme_word


def sitemap_page(context: Context) -> PageView:
    """Write the list of every page."""
    t = context.t
    title = t("Site map")
    pages = [
        (t("Overview"), "/"),
        (t("Data quality"), "/qualite"),
        (t("Accessibility declaration"), "/accessibilite"),
        (t("Site map"), "/plan-du-site"),
    ]
    body = [
        section(t("Pages"), [_links(context, pages)], anchor="pages"),
        section(t("Indicators by theme"), _themes(context), anchor="indicateurs"),
    ]
    head = page_head(context, title, t("Every page and every indicator."))
    return PageView(title, [head, html.Div(body, className="wide")], has_controls=False)


def _themes(context: Context) -> list[Component]:
    by_theme: dict[str, list[tuple[str, str]]] = {}
    for indicator_id, row in context.indicators.items():
        entry = (context.title_of(row), f"/indicateurs/{indicator_id}")
        by_theme.setdefault(theme_word(context.t, row["theme"]), []).append(entry)
    return [
        html.Div([html.H3(theme), _links(context, sorted(entries))])
        for theme, entries in sorted(by_theme.items())
    ]


def _links(context: Context, entries: list[tuple[str, str]]) -> Component:
    return html.Ul(
        [html.Li(link(text, context.link(path))) for text, path in entries], className="plain"
    )
