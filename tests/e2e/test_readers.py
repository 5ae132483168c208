"""Fifty readers while everything is rebuilt: no error, and each answer is of one version."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event
from typing import Any

import httpx2
import pytest

from arobase.published import Published
from tests.e2e.running import dashboard, environ_of, living_in, pull_due

pytestmark = pytest.mark.xdist_group("e2e")

NOVEMBER = datetime(2020, 11, 1, 8, tzinfo=UTC)
READERS = 25
THINKS_S = 1.0
OUTPUTS = [("contenu", "children"), ("shell-shown", "data"), ("shell-status", "children")]
CALLBACK = {
    "output": f"..{'...'.join('.'.join(each) for each in OUTPUTS)}..",
    "outputs": [{"id": name, "property": kept} for name, kept in OUTPUTS],
    "inputs": [
        {"id": "shell-url", "property": "pathname", "value": "/"},
        {"id": "shell-url", "property": "search", "value": "?villes=94016&date=2020-11-01"},
        {"id": "shell-version", "property": "data", "value": None},
    ],
    "changedPropIds": ["shell-url.pathname"],
}
Answer = tuple[int, object]
"""A version, and all that was read of it."""


@pytest.fixture
def pending(home, sandbox):
    """A month more waits to be loaded, so that the two versions differ everywhere."""
    sandbox.at(NOVEMBER)
    with living_in(home, sandbox.environ):
        assert pull_due(NOVEMBER) == {}
    sandbox.at(None)
    return home


def _read_file(published: Published) -> Answer:
    """Read through the shared reader, by several statements."""
    reader = published.current()
    shown = [(each.indicator_id, each.value) for each in reader.headlines("cachan")]
    [count] = reader.query("select count(*) as n, sum(value) as total from indicator_values")
    claims = reader.query("select claim_id, measured_value from claims order by claim_id")
    [said] = reader.query("select version from publication")
    assert said["version"] == reader.version == reader.publication().version
    return reader.version, (shown, count, claims)


def _read_page(client: httpx2.Client) -> Answer:
    """Ask for the overview as an open page does."""
    answer = client.post("/_dash-update-component", json=CALLBACK).raise_for_status()
    response = answer.json()["response"]
    return response["shell-shown"]["data"]["version"], response["contenu"]["children"]


def _repeat(read: Callable[[Any], Answer], place: Any, over: Event) -> list[Answer]:
    answers = [read(place)]
    while not over.wait(THINKS_S):
        answers.append(read(place))
    return [*answers, read(place)]


def _refresh_all(home) -> None:
    environ = {**environ_of(home), "AROBASE_NOW": NOVEMBER.isoformat()}
    command = [sys.executable, "-m", "arobase.cli", "refresh", "--full"]
    done = subprocess.run(command, env=environ, cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_fifty_readers_see_no_error_and_no_half_version(pending):
    published, over = Published(pending / "published"), Event()
    with (
        dashboard(pending, now=NOVEMBER) as address,
        httpx2.Client(base_url=address, timeout=60, trust_env=False) as client,
        ThreadPoolExecutor(2 * READERS) as pool,
    ):
        before = {_read_file: _read_file(published), _read_page: _read_page(client)}
        reading = {
            read: [pool.submit(_repeat, read, place, over) for _ in range(READERS)]
            for read, place in ((_read_file, published), (_read_page, client))
        }
        try:
            _refresh_all(pending)
        finally:
            over.set()
        answers = {
            read: [each for one in many for each in one.result()] for read, many in reading.items()
        }
        after = {_read_file: _read_file(published), _read_page: _read_page(client)}

    for read, given in answers.items():
        whole = dict([before[read], after[read]])
        assert sorted(whole) == [1, 2]
        assert whole[1] != whole[2]
        assert {version for version, _ in given} == {1, 2}
        assert [version for version, content in given if whole[version] != content] == []
        assert len(given) >= 4 * READERS
