"""Ctrl-C is never lost, whatever runs when it comes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from arobase.supervisor.up import _told_by_signals

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def former_handlers() -> Iterator[None]:
    handlers = {each: signal.getsignal(each) for each in SIGNALS}
    yield
    for each, handler in handlers.items():
        signal.signal(each, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_each_signal_tells_the_run_to_stop_even_while_something_swallows_exceptions(number):
    told = _told_by_signals()

    class Swallowing:
        def __del__(self) -> None:
            os.kill(os.getpid(), number)

    Swallowing()

    assert told.wait(5)
