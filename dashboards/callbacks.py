"""What happens when an address changes, a choice is made, or a new version is published."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from dash import ClientsideFunction, Dash, Input, Output, State, ctx, no_update, set_props

from dashboards import shell
from dashboards.i18n import Texts
from dashboards.serving import Served, Site, empty_state
from dashboards.state import language_of

log = logging.getLogger(__name__)


def register(app: Dash, site: Site) -> None:
    """Connect the frame to the pages."""
    _write_pages(app, site)
    _write_frame(app, site)
    _watch_versions(app, site)
    _follow_choices(app)


def _write_pages(app: Dash, site: Site) -> None:
    @app.callback(
        Output(shell.MAIN, "children"),
        Output(shell.SHOWN, "data"),
        Output(shell.STATUS, "children"),
        Input(shell.URL, "pathname"),
        Input(shell.URL, "search"),
        Input(shell.VERSION, "data"),
        on_error=_report,
    )
    def write(path: str | None, search: str | None, _version: int | None) -> tuple[Any, Any, Any]:
        served = site.serve(path or "/", search or "")
        status = _announcement(served, search) if ctx.triggered_id == shell.VERSION else no_update
        return served.page.body, shell.shown(served, path or "/"), status


def _write_frame(app: Dash, site: Site) -> None:
    @app.callback(
        Output(shell.HEADER, "children"),
        Output(shell.FOOTER, "children"),
        Output(shell.CITY, "label"),
        Output(shell.CITY, "data"),
        Output(shell.DAY, "label"),
        Output(shell.DAY, "attributes"),
        Input(shell.URL, "pathname"),
        Input(shell.URL, "search"),
        Input(shell.VERSION, "data"),
        on_error=_report,
    )
    def write(path: str | None, search: str | None, _version: int | None) -> tuple[Any, ...]:
        served = site.serve(path or "/", search or "")
        state = served.context.state if served.context else empty_state(search or "")
        t = Texts(state.language)
        choices = shell.choices(t, served)
        return shell.header(t, state, path or "/"), shell.footer(t, state), *choices.values()


def _watch_versions(app: Dash, site: Site) -> None:
    @app.callback(
        Output(shell.VERSION, "data"),
        Input(shell.TICK, "n_intervals"),
        State(shell.SHOWN, "data"),
        prevent_initial_call=True,
    )
    def look(_ticks: int | None, shown: dict[str, Any] | None) -> Any:
        newest = site.version()
        is_known = shown is None or newest is None or newest == shown["version"]
        return no_update if is_known else newest


def _follow_choices(app: Dash) -> None:
    app.clientside_callback(
        ClientsideFunction("arobase", "goTo"),
        Output(shell.URL, "search"),
        Input(shell.CITY, "value"),
        Input(shell.DAY, "value"),
        State(shell.SHOWN, "data"),
        State(shell.URL, "search"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("arobase", "follow"),
        Output(shell.SHOWN, "modified_timestamp"),
        Input(shell.SHOWN, "data"),
    )


def _announcement(served: Served, search: str | None) -> str:
    t = Texts(language_of(search))
    if served.context is None:
        return ""
    version = served.context.formats.number(served.context.reader.version)
    return t("Figures updated: version %(number)s.", number=version)


def _report(error: Exception) -> None:
    incident = uuid.uuid4().hex[:8]
    log.error("page could not be written, incident %s", incident, exc_info=error)
    said = Texts("fr")("This page could not be refreshed. Try again; incident %(id)s.", id=incident)
    set_props(shell.STATUS, {"children": said})
