"""The application: `create_app` builds it on a published folder, `server` is what gunicorn runs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from importlib.metadata import version
from typing import Any

from dash import Dash
from flask import Flask, request

from arobase.published import Published
from arobase.published import published as published_here
from arobase.settings import current_time
from dashboards import callbacks, downloads, shell
from dashboards.i18n import Texts
from dashboards.security import protect
from dashboards.serving import Site
from dashboards.state import language_of
from dashboards.theme import css_variables

INDEX = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="{description}">
<title>{title}</title>
<link rel="icon" href="{icon}" type="image/svg+xml">
<link rel="preload" href="{font}" as="font" type="font/woff2" crossorigin>
<style>{colours}</style>
<script src="{scheme}"></script>
{css}
</head>
<body>
<noscript>{noscript}</noscript>
{app_entry}
{config}{scripts}{renderer}
</body>
</html>"""


class Dashboard(Dash):
    """Dash, with a first page that already says its language and title."""

    site: Site

    def interpolate_index(self, **parts: Any) -> str:
        """Write the first page of an address."""
        search = "?" + request.query_string.decode()
        language = language_of(search)
        t = Texts(language)
        waiting = parts["app_entry"].replace("Loading...", t("Loading…"))
        return INDEX.format(
            language=language,
            title=_escaped(f"{self.site.serve(request.path, search).page.title} | Arobase"),
            description=_escaped(t("the digital life of the town, in figures one can check.")),
            noscript=_escaped(t("This dashboard needs JavaScript.")),
            colours=css_variables(),
            icon=self.get_asset_url("icon.svg"),
            font=self.get_asset_url("fonts/bricolage-grotesque.woff2"),
            scheme=self.get_asset_url("scheme.js"),
            app_entry=waiting,
            **{name: parts[name] for name in ("css", "config", "scripts", "renderer")},
        )


def create_app(published: Published, *, now: Callable[[], datetime] = current_time) -> Dashboard:
    """Build the dashboard over a published folder.

    Args:
        published: the folder the figures are read from.
        now: the product's clock; it decides which day is today.
    """
    app = Dashboard(
        __name__,
        title="Arobase",
        update_title=None,
        compress=True,
        serve_locally=True,
        assets_ignore=r"^(scheme\.js|icon\.svg)$",
    )
    app.site = Site(published, now)
    app.layout = shell.shell
    callbacks.register(app, app.site)
    downloads.register(app.server, app.site)
    _register_health(app.server, app.site)
    _mark_missing_pages(app)
    protect(app.server, app.csp_hashes())
    return app


def server() -> Flask:
    """Return the WSGI application over `AROBASE_HOME`, for `gunicorn 'dashboards.app:server()'`."""
    app = create_app(published_here())
    app.site.serve("/", "")  # so that no reader waits for the first texts and formats to be read
    return app.server


def _register_health(flask: Flask, site: Site) -> None:
    @flask.get("/health")
    def health() -> dict[str, object]:
        return {"status": "ok", "published_version": site.version(), "code": version("arobase")}


def _mark_missing_pages(app: Dashboard) -> None:
    """Answer 404, not 200, for an address that has no page; the page itself says so too."""
    page_endpoint = "/<path:path>"

    @app.server.after_request
    def _status(response: Any) -> Any:
        if request.endpoint == page_endpoint and response.status_code == 200:
            search = "?" + request.query_string.decode()
            if not app.site.serve(request.path, search).page.is_found:
                response.status_code = 404
        return response


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
