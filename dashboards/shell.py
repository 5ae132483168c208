"""What surrounds every page: skip link, menu, choices, footer, and the watch for new versions."""

from __future__ import annotations

from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html
from dash.development.base_component import Component

from dashboards.components.base import icon, link
from dashboards.i18n import Texts
from dashboards.serving import Served
from dashboards.state import UrlState
from dashboards.theme import MANTINE_THEME

URL = "shell-url"
TICK = "shell-tick"
VERSION = "shell-version"
SHOWN = "shell-shown"
HEADER = "shell-header"
MAIN = "contenu"
FOOTER = "shell-footer"
STATUS = "shell-status"
CITY = "shell-city"
DAY = "shell-day"

MILLISECONDS_BETWEEN_LOOKS = 2000


def shell() -> Component:
    """Return the frame of every page; callbacks fill it."""
    return dmc.MantineProvider(
        [
            dcc.Location(id=URL, refresh=False),
            dcc.Interval(id=TICK, interval=MILLISECONDS_BETWEEN_LOOKS),
            dcc.Store(id=VERSION),
            dcc.Store(id=SHOWN),
            html.Header([html.Div(id=HEADER), controls()], className="top"),
            html.Main(id=MAIN, tabIndex=-1),
            html.Footer(id=FOOTER, className="bottom"),
            html.Div(id=STATUS, role="status", className="status"),
        ],
        theme=dict(MANTINE_THEME),
        defaultColorScheme="auto",
    )


def header(t: Texts, state: UrlState, path: str) -> list[Component]:
    """Return the skip link, the name, the menu, and the choice of language and colours."""
    query = state.search(span=None)
    entries = [(t("Overview"), "/"), (t("Data quality"), "/qualite")]
    menu = html.Ul(
        [
            html.Li(link(text, to + query, class_name="menu-link", **_current(path, to)))
            for text, to in entries
        ]
    )
    return [
        html.A(t("Skip to content"), href=f"#{MAIN}", className="skip"),
        html.Div(
            [
                link([_mark(), html.Span("Arobase")], "/" + query, class_name="brand"),
                html.Nav(menu, className="menu", **{"aria-label": t("Main menu")}),
                html.Div([_language_link(state, path), _scheme_button(t)], className="tools"),
            ],
            className="wide bar",
        ),
    ]


def controls() -> Component:
    """Return the choice of town and day, empty: `choices` fills it for a language and a version."""
    return html.Div(
        [
            dmc.Select(id=CITY, data=[], allowDeselect=False, searchable=True, className="control"),
            dmc.TextInput(id=DAY, debounce=700, className="control", attributes=_day_limits("")),
        ],
        className="wide controls",
    )


def choices(t: Texts, served: Served) -> dict[str, Any]:
    """Return the labels and the towns of the choices, and the last day that can be chosen."""
    context = served.context
    cities = context.cities if context else ()
    return {
        "city_label": t("Town"),
        "towns": [{"value": row["insee_code"], "label": row["name"]} for row in cities],
        "day_label": t("As of"),
        "day_limits": _day_limits(context.today.isoformat() if context else ""),
    }


def footer(t: Texts, state: UrlState) -> list[Component]:
    """Return the links that every page of a public service must have."""
    query = state.search(span=None)
    links = [
        (t("Accessibility: not compliant"), "/accessibilite"),
        (t("Site map"), "/plan-du-site"),
        (t("Data quality"), "/qualite"),
    ]
    entries = [html.Li(link(text, path + query)) for text, path in links]
    return [
        html.Div(
            [
                html.P(
                    [
                        html.Strong("Arobase"),
                        ", ",
                        t("the digital life of the town, in figures one can check."),
                    ]
                ),
                html.Nav(html.Ul(entries), **{"aria-label": t("Footer menu")}),
            ],
            className="wide",
        )
    ]


def shown(served: Served, path: str) -> dict[str, Any]:
    """Return what the browser needs to know of the page: its title, town, day, and version."""
    context = served.context
    return {
        "title": f"{served.page.title} | Arobase",
        "path": path,
        "controls": served.page.has_controls and context is not None,
        "version": served.version,
        "city": context.city["insee_code"] if context else None,
        "day": context.on.isoformat() if context else None,
        "today": context.today.isoformat() if context else None,
    }


def _day_limits(today: str) -> dict[str, dict[str, str]]:
    return {"input": {"type": "date", "min": "2000-01-01", "max": today}}


def _mark() -> Component:
    return html.Span("@", className="mark", **{"aria-hidden": "true"})


def _current(path: str, to: str) -> dict[str, str]:
    return {"aria-current": "page"} if path.rstrip("/") == to.rstrip("/") else {}


def _language_link(state: UrlState, path: str) -> Component:
    other, name = ("en", "English") if state.language == "fr" else ("fr", "Français")
    return html.A(
        name, href=path + state.search(language=other), lang=other, hrefLang=other, className="tool"
    )


def _scheme_button(t: Texts) -> Component:
    return dmc.ColorSchemeToggle(
        lightIcon=icon("moon"),
        darkIcon=icon("sun"),
        variant="transparent",
        size=40,
        className="tool-button",
        **{"aria-label": t("Light or dark colours")},
    )
