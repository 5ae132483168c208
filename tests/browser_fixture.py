"""One Chromium for the tests of a module.

While Playwright runs, the thread has a running event loop, in which `asyncio.run` refuses to start
another: a Chromium that outlived its module would break every later test that pulls a source.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    # Drawn by the processor anyway; a process that imitates a graphics card costs as much again.
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=list(ARGUMENTS)
        )
        yield running
        running.close()
