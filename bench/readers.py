"""Fifty readers of the overview at once, against the bare queries the page is made of."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta

from arobase import inbox, pipeline
from arobase.published import Reader, published
from arobase.settings import settings
from arobase.supervisor import services
from arobase.supervisor.ports import HOST
from bench.history import History
from bench.home import drop_first, temporary_home
from bench.processes import fleet, start_answering
from bench.ratio import Ratio, percentile, seconds
from dashboards import queries, shell
from dashboards.view_models.overview import HISTORY as CURVES

READERS = 50
ROUNDS = 3
PAGES_A_ROUND = 6
LIMIT = 3.0
"""A reader notices a page three times slower than its data; the rest is writing and sending it."""

FIGURES = History(towns=4, indicators=9)
LONGEST_BUILD_S = 300.0
CALLBACK = "/_dash-update-component"

_STAMP = re.compile(rb"Version (\d+)")

Town = tuple[str, str]
Ask = Callable[[Town, date], None]


def measure() -> list[Ratio]:
    """Return the 95th percentile of both, then the share of errors while a full build goes on."""
    with temporary_home(), fleet() as started:
        drop_first()
        inbox.claim()
        pipeline.refresh()
        FIGURES.write()
        port = settings().dashboard_port
        start_answering(started, services.dashboard(port), f"http://{HOST}:{port}/health")
        pages, floor = Pages(port), Queries(published().current())
        load = Load()
        load.run(pages, 1)
        rounds = [(load.run(pages), load.run(floor)) for _ in range(ROUNDS)]
        answered, build_s = load.run_during_a_full_build(pages)
    ours, bare = ([*itertools.chain(*each)] for each in zip(*rounds, strict=True))
    note = (
        f"{READERS} readers without a pause, no page asked twice, 10 years of {FIGURES.towns} towns"
    )
    return [
        Ratio(
            "overview, p95", percentile(ours, 0.95), percentile(bare, 0.95), "s", LIMIT, note=note
        ),
        Ratio(
            "errors while everything is built anew",
            len(pages.errors),
            answered,
            "answers",
            0.0,
            note=f"{build_s:.0f} s, versions {sorted(pages.versions)} {pages.errors[:3] or ''}",
        ),
    ]


@dataclass(slots=True)
class Load:
    """Readers who ask for a page as soon as they have the last one, each for other days."""

    towns: list[Town] = field(default_factory=lambda: _towns(published().current()))
    _numbers: itertools.count[int] = field(default_factory=itertools.count)

    def run(self, ask: Ask, pages: int = PAGES_A_ROUND) -> list[float]:
        """Return the seconds of every page of every reader."""
        with ThreadPoolExecutor(READERS) as readers:
            found = readers.map(lambda _: [self._one(ask) for _ in range(pages)], range(READERS))
            return [each for taken in found for each in taken]

    def run_during_a_full_build(self, ask: Ask) -> tuple[int, float]:
        """Return how many pages were answered while all was built anew, and its time."""
        began, answered = time.monotonic(), 0
        command = [sys.executable, "-m", "arobase.cli", "refresh", "--full"]
        build = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            while build.poll() is None and time.monotonic() - began < LONGEST_BUILD_S:
                answered += len(self.run(ask, 1))
        finally:
            build.kill()
        if build.wait():
            raise RuntimeError("the full build did not end well")
        return answered + len(self.run(ask, 1)), time.monotonic() - began

    def _one(self, ask: Ask) -> float:
        number = next(self._numbers)
        town = self.towns[number % len(self.towns)]
        day = date(2026, 11, 1) - timedelta(days=number // len(self.towns))
        return seconds(lambda: ask(town, day))


class Pages:
    """The overview, asked of the served dashboard as a browser does."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._output = self._find_output()
        self.errors: list[str] = []
        self.versions: set[int] = set()

    def __call__(self, town: Town, day: date) -> None:
        """Ask for the overview of a town on a day, and check that it is whole."""
        search = f"?villes={town[1]}&date={day}"
        try:
            status, body = self._send("POST", CALLBACK, json.dumps(self._body(search)))
        except OSError as error:
            self.errors.append(repr(error))
            return
        stamp = _STAMP.search(body)
        if status != http.HTTPStatus.OK or stamp is None:
            self.errors.append(f"HTTP {status}")
            return
        version = json.loads(body)["response"][shell.SHOWN]["data"]["version"]
        self.versions.add(version)
        if int(stamp[1]) != version:
            self.errors.append(f"version {version} shows figures of {stamp[1].decode()}")

    def _find_output(self) -> str:
        _, body = self._send("GET", "/_dash-dependencies")
        outputs = [each["output"] for each in json.loads(body)]
        return next(each for each in outputs if f"{shell.MAIN}.children" in each)

    def _body(self, search: str) -> dict[str, object]:
        named = [each.rsplit(".", 1) for each in self._output.strip(".").split("...")]
        values = {(shell.URL, "pathname"): "/", (shell.URL, "search"): search}
        inputs = [
            {"id": each, "property": name, "value": value} for (each, name), value in values.items()
        ]
        return {
            "output": self._output,
            "outputs": [{"id": each, "property": name} for each, name in named],
            "inputs": [*inputs, {"id": shell.VERSION, "property": "data", "value": None}],
            "changedPropIds": [f"{shell.URL}.search"],
            "state": [],
        }

    def _send(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(HOST, self._port, timeout=60)
        try:
            connection.request(method, path, body, {"content-type": "application/json"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


class Queries:
    """The queries of one overview, on as many threads as the dashboard has."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._threads = ThreadPoolExecutor(services.DASHBOARD_THREADS)

    def __call__(self, town: Town, day: date) -> None:
        """Read all that the overview of a town on a day shows."""
        self._threads.submit(self._read, town[0], day).result()

    def _read(self, city_id: str, day: date) -> None:
        queries.cities(self._reader)
        queries.indicators(self._reader)
        queries.sources(self._reader)
        self._reader.headlines(city_id, day)
        queries.monthly_headlines(self._reader, city_id, since=day - CURVES, until=day)
        queries.claims(self._reader, city_id)


def _towns(reader: Reader) -> list[Town]:
    return [(row["city_id"], row["insee_code"]) for row in queries.cities(reader)]
