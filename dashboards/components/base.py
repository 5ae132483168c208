"""The small pieces every page is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import html
from dash.development.base_component import Component

from dashboards.view_models.words import Badge

Child = Component | str


def icon(name: str) -> Component:
    """Return a shape that repeats a word; drawn by the style sheet, silent to screen readers."""
    return html.Span(className=f"icon icon-{name}", **{"aria-hidden": "true"})


def badge(value: Badge, *, prefix: str = "") -> Component:
    """Return a word with its shape and colour."""
    words = [html.Span(prefix, className="sr-only")] if prefix else []
    return html.Span(
        [icon(value.icon), *words, html.Span(value.word)], className=f"badge tone-{value.tone}"
    )


def link(
    text: Child | list[Child], href: str, *, class_name: str = "link", **attributes: Any
) -> Component:
    """Return a link inside the dashboard: the page changes without loading again."""
    return dmc.Anchor(
        text,
        href=href,
        refresh=False,
        className=class_name,
        underline="never",
        inherit=True,
        **attributes,
    )


def outside_link(text: str, href: str) -> Component:
    """Return a link to another site, or to a mail address."""
    return html.A(text, href=href, className="link", rel="noopener")


def hidden(text: str) -> Component:
    """Return a text for screen readers only."""
    return html.Span(text, className="sr-only")


def section(heading: str, children: Sequence[Child], *, anchor: str, intro: str = "") -> Component:
    """Return a part of a page, named by its heading."""
    lead = [html.P(intro, className="intro")] if intro else []
    return html.Section(
        [html.H2(heading, id=anchor), *lead, *children],
        className="section",
        **{"aria-labelledby": anchor},
    )


def table(caption: str, headers: Sequence[str], rows: Iterable[Sequence[Child]]) -> Component:
    """Return a table whose first column names each row; it scrolls sideways on narrow screens."""
    head = html.Thead(html.Tr([html.Th(text, scope="col") for text in headers]))
    body = html.Tbody([_row(cells) for cells in rows])
    return html.Div(
        html.Table([html.Caption(caption), head, body]),
        className="table-frame",
        tabIndex=0,
        role="region",
        **{"aria-label": caption},
    )


def notice(children: list[Child] | str, *, tone: str = "warn", shape: str = "alert") -> Component:
    """Return a framed message."""
    return html.Div([icon(shape), html.Div(children)], className=f"notice tone-{tone}")


def facts(pairs: Iterable[tuple[str, Child]]) -> Component:
    """Return a list of names and values."""
    entries = [html.Div([html.Dt(name), html.Dd(value)]) for name, value in pairs]
    return html.Dl(entries, className="facts")


def _row(cells: Sequence[Child]) -> Component:
    first, *others = cells
    return html.Tr([html.Th(first, scope="row"), *(html.Td(cell) for cell in others)])
