"""The replay lands each month once, on the sandbox's clock of that month, then refreshes once."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import UTC, datetime
from types import SimpleNamespace

import httpx2
import pytest

from arobase import pipeline
from arobase.landing import Landing
from arobase.replay import PARIS, replay
from arobase.sandbox import environment
from arobase.settings import settings
from arobase.supervisor import services
from arobase.supervisor.fleet import Fleet
from arobase.supervisor.ports import HOST, free_port

START = datetime(2020, 10, 1, 8, tzinfo=PARIS)
NOW = datetime(2020, 12, 15, 9, tzinfo=UTC)


@pytest.fixture
def sandbox(home, tmp_path, monkeypatch):
    port = free_port()
    for name, value in environment(port).items():
        monkeypatch.setenv(name, value)
    address = f"http://{HOST}:{port}"
    with Fleet(tmp_path / "logs") as fleet:
        fleet.start(services.sandbox(port))
        deadline = time.monotonic() + 60
        while not _answers(address):
            assert time.monotonic() < deadline, fleet.last_lines("sandbox")
            time.sleep(0.1)
        assert os.environ["AROBASE_HOME"] == str(home)
        yield address


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health").is_success
    except httpx2.TransportError:
        return False


@pytest.fixture
def refreshes(monkeypatch):
    """The refreshes asked for; what one does is tested elsewhere."""
    asked = []

    def refresh(*, now):
        asked.append(now)
        return SimpleNamespace(publish=SimpleNamespace(version=len(asked)))

    monkeypatch.setattr(pipeline, "refresh", refresh)
    return asked


def _received():
    return Counter(
        (batch.source_id, batch.city_id, batch.received_at.astimezone(PARIS).date().isoformat())
        for batch in Landing(settings().landing).all()
        if batch.status == "received"
    )


def test_each_month_is_landed_on_its_own_clock_and_one_refresh_follows(sandbox, refreshes):
    told = []

    done = replay(sandbox, start=START.date(), now=NOW, tell=told.append)

    assert (done.instants, done.failed, done.version) == (3, (), 1)
    assert refreshes == [NOW]
    received = _received()
    for day in ("2020-10-01", "2020-11-01", "2020-12-01"):
        for city_id in ("cachan", "montrouge", "val_de_bievre", "saint_aubin_les_etangs"):
            assert received["facebook_page", city_id, day] == 1
            assert received["family_portal", city_id, day] >= 1
    assert [each["done"] for each in told if "done" in each] == [1, 2, 3]
    assert told[-1] == {"step": "refresh"}


def test_the_sandbox_is_left_on_the_present_clock(sandbox, refreshes):
    replay(sandbox, start=START.date(), now=START)

    assert httpx2.get(f"{sandbox}/_control/state").json()["clock"] == "real"


def test_a_replay_that_was_cut_short_pulls_nothing_twice(sandbox, refreshes):
    replay(sandbox, start=START.date(), now=START)
    before = _received()

    replay(sandbox, start=START.date(), now=NOW)

    again = {key: count for key, count in _received().items() if key in before}
    assert {key: count for key, count in again.items() if key[0] != "family_portal"} == {
        key: count for key, count in before.items() if key[0] != "family_portal"
    }
    assert refreshes == [START, NOW]
