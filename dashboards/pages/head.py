"""The top of a page: its heading, the sentence that answers first, what the address had wrong."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.base import Child, notice
from dashboards.view_models.context import Context


def page_head(
    context: Context, title: str, lead: str = "", *, below: tuple[Child, ...] = ()
) -> Component:
    """Return the band with the page's only h1."""
    sentence = [html.P(lead, className="lead")] if lead else []
    inner = html.Div([html.H1(title), *sentence, *below], className="wide")
    return html.Div([inner, *_ignored(context)], className="page-head")


def _ignored(context: Context) -> list[Component]:
    if not context.ignored:
        return []
    t = context.t
    listed = ", ".join(f"{each.key}={each.value}" for each in context.ignored)
    text = t(
        "The address asks for something unknown, which was set aside: %(listed)s.", listed=listed
    )
    return [html.Div(notice(text), className="wide")]
