"""One Chromium for the tests of a module.

While Playwright runs, the thread has a running event loop, in which `asyncio.run` refuses to start
another: a Chromium that outlived its module would break every later test that pulls a source.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield running
        running.close()
