"""One sandbox and one home, published as of 1 October 2020, which tests copy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from arobase.replay import replay
from tests.e2e.running import Sandbox, copied, living_in, sandbox_on

OCTOBER = datetime(2020, 10, 1, 10, tzinfo=UTC)


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with sandbox_on(tmp_path_factory.mktemp("october") / "home") as started:
        yield started


@pytest.fixture(scope="session")
def october(sandbox: Sandbox) -> Path:
    """A home with what the sandbox says and drops on 1 October 2020, landed to published."""
    with living_in(sandbox.home, sandbox.environ):
        done = replay(sandbox.address, now=OCTOBER)
    assert (done.instants, done.failed, done.version) == (1, (), 1)
    return sandbox.home


@pytest.fixture
def home(october: Path, tmp_path: Path) -> Path:
    """A home of this test's own, in the state of 1 October 2020."""
    return copied(october, tmp_path / "home")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    tab = browser.new_context(locale="fr-FR", viewport={"width": 1280, "height": 900})
    yield tab.new_page()
    tab.close()


@pytest.fixture
def text(page: Page) -> Callable[[str], str]:
    return lambda selector: page.locator(selector).first.inner_text()
