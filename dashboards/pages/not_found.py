"""The pages that say there is nothing: wrong address, or nothing published yet."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.base import link
from dashboards.i18n import Texts
from dashboards.pages import PageView
from dashboards.pages.head import page_head
from dashboards.view_models.context import Context


def not_found_page(context: Context) -> PageView:
    """Say that no page is at this address."""
    t = context.t
    title = t("Page not found")
    ways = [
        (t("Go to the overview"), "/"),
        (t("See the list of all pages"), "/plan-du-site"),
    ]
    links = html.Ul(
        [html.Li(link(text, context.link(path))) for text, path in ways], className="plain"
    )
    head = page_head(context, title, t("No page has this address. It may have been mistyped."))
    return PageView(
        title, [head, html.Div(links, className="wide section")], has_controls=False, is_found=False
    )


def nothing_published(t: Texts) -> tuple[str, list[Component]]:
    """Return the title and body of the only page there is before the first publication."""
    title = t("Nothing is published yet")
    sentence = t("The first figures appear here by themselves as soon as they are published.")
    inner = html.Div([html.H1(title), html.P(sentence, className="lead")], className="wide")
    return title, [html.Div(inner, className="page-head")]
