"""A published folder, an application on it, and a browser looking at it."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from dash import Dash
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Request
from werkzeug.serving import make_server

from arobase.catalog import Catalog
from arobase.published import Published
from dashboards.app import create_app
from dashboards.serving import Site
from dashboards.view_models.context import Context
from tests.dashboards.publishing import NOW, Publisher, write_template

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, repository_catalog: Catalog) -> Path:
    return write_template(tmp_path_factory.mktemp("template") / "marts.duckdb", repository_catalog)


@pytest.fixture
def publisher(tmp_path: Path, template: Path) -> Publisher:
    """Nothing is published yet; the test says what is."""
    return Publisher(tmp_path / "published", template)


@pytest.fixture
def app(publisher: Publisher) -> Dash:
    return create_app(Published(publisher.folder), now=lambda: NOW)


@pytest.fixture
def client(app: Dash) -> FlaskClient:
    return app.server.test_client()


@pytest.fixture
def site(publisher: Publisher) -> Site:
    return Site(Published(publisher.folder), lambda: NOW)


@pytest.fixture
def context_of(site: Site):
    def read(search: str = "") -> Context:
        return site.download_context(search)

    return read


@dataclass
class Visit:
    """One tab, with all that it asked for and complained about."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def open(self, path: str, *, ready: str = "main h1") -> Page:
        self.page.goto(self.address + path)
        self.page.wait_for_selector(ready)
        return self.page

    def text(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()

    def violations(self) -> list[str]:
        self.page.evaluate(AXE.read_text() + "; 0")
        found = self.page.evaluate(
            "tags => axe.run(document, {runOnly: tags}).then(r => r.violations)", AXE_TAGS
        )
        return [f"{each['id']}: {[node['target'] for node in each['nodes']]}" for each in found]


@pytest.fixture
def address(app: Dash) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", port, app.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()
    thread.join()


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator:
    opened = []

    def start(*, width: int = 1280, scheme: str = "light", motion: str = "no-preference") -> Visit:
        tab = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            reduced_motion=motion,
            locale="fr-FR",
        )
        opened.append(tab)
        started = Visit(tab.new_page(), address)
        _listen(started)
        return started

    yield start
    for tab in opened:
        tab.close()


def _listen(started: Visit) -> None:
    def note_request(request: Request) -> None:
        if not request.url.startswith((started.address, "data:", "blob:")):
            started.outside.append(request.url)

    started.page.on("request", note_request)
    started.page.on("pageerror", lambda error: started.complaints.append(str(error)))
    started.page.on(
        "console",
        lambda said: (
            started.complaints.append(said.text) if said.type in {"error", "warning"} else 0
        ),
    )
