"""One run of a whole Arobase, step by step. Every wait keeps an eye on the children."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Event
from zoneinfo import ZoneInfo

import httpx2
from rich.table import Table

from arobase import sandbox as stand_ins
from arobase.catalog import Text, catalog
from arobase.errors import NothingPublished, ServiceFailed
from arobase.orchestration import embedded
from arobase.published import published
from arobase.settings import Settings, current_time
from arobase.supervisor import headline_table, services, texts
from arobase.supervisor.fleet import Fleet, Service
from arobase.supervisor.narrator import Narrator
from arobase.supervisor.ports import HOST
from arobase.supervisor.pulls import Pulls
from arobase.supervisor.replaying import Replaying

LOOK_EVERY_S = 0.2
PAGES_START_S = 120.0
AIRFLOW_STARTS_S = 300.0
PULLS_TAKE_S = 240.0

# Until history is replayed the sandbox shows another year: nothing may be pulled by schedule.
AFTER_REPLAY = frozenset({"scheduler", "triggerer"})


class ToldToStop(Exception):
    """A person, or the system, wants this run to end."""


class Run:
    """Starts everything in its order, and says so.

    Args:
        fleet: where children are started.
        narrator: who tells the person.
        settings: ports and folders.
        stop: set when the run must end; looked at between any two looks at the children.
        sandbox: whether the stand-ins are part of it.
    """

    def __init__(
        self,
        fleet: Fleet,
        narrator: Narrator,
        settings: Settings,
        stop: Event,
        *,
        sandbox: bool,
    ) -> None:
        self._fleet = fleet
        self._narrator = narrator
        self._settings = settings
        self._stop = stop
        self._sandbox = sandbox
        self._replaying: Replaying | None = None

    def go(self) -> None:
        """Start, pull, show, and stay until told to stop.

        Raises:
            ToldToStop: the run must end.
            ServiceFailed: a service does not start or does not stay up.
        """
        if self._sandbox:
            os.environ.update(stand_ins.environment(self._settings.sandbox_port))
        self._start_pages()
        first = self._version() is None
        if first and self._sandbox:
            self._replaying = Replaying(self._fleet, self._narrator)
            self._replaying.start()
        elif not first:
            self._show_figures()
        self._start_airflow()
        self._pull_today()
        if first:
            self._show_figures()
        self._narrator.done(texts.STAY.format())
        while True:
            self._tick(0.5)

    def _start_pages(self) -> None:
        ports = self._settings
        pages = {
            services.gateway(ports.gateway_port): f"http://{HOST}:{ports.gateway_port}/health",
            services.dashboard(ports.dashboard_port): (
                f"http://{HOST}:{ports.dashboard_port}/health"
            ),
        }
        if self._sandbox:
            pages[services.sandbox(ports.sandbox_port, live=True)] = (
                f"http://{HOST}:{ports.sandbox_port}/health"
            )
        names = ", ".join(service.name for service in pages)
        self._narrator.doing(texts.STARTING.format(names=names))
        for service in pages:
            self._fleet.start(service)
        for service, address in pages.items():
            self._wait(partial(_answers, address), PAGES_START_S, service.name)

    def _start_airflow(self) -> None:
        environment = embedded.environment(self._settings, sandbox=self._sandbox)
        later = []
        for name, command in embedded.commands(self._settings):
            service = Service(f"airflow-{name.replace(' ', '-')}", command, environment)
            if name == embedded.MIGRATE:
                self._migrate(service)
            elif self._replaying and name in AFTER_REPLAY:
                later.append(service)
            else:
                self._fleet.start(service)
        if self._replaying:
            self._wait(self._replaying.is_over, None, "replay")
            self._replaying = None
        started = time.monotonic()
        for service in later:
            self._fleet.start(service)
        self._narrator.doing(texts.WAITING_AIRFLOW.format())
        self._wait(self._pulls().is_ready, AIRFLOW_STARTS_S, "airflow-api-server")
        seconds = round(time.monotonic() - started)
        self._narrator.done(texts.AIRFLOW_READY.format(seconds=seconds))

    def _migrate(self, service: Service) -> None:
        self._narrator.doing(texts.PREPARING_AIRFLOW.format())
        process = self._fleet.run(service)
        self._wait(lambda: process.poll() is not None, AIRFLOW_STARTS_S, service.name)
        if process.returncode:
            raise ServiceFailed(
                f"{service.name} failed (exit code {process.returncode});"
                f" the end of its log:\n{self._fleet.last_lines(service.name)}"
            )
        embedded.migrated(self._settings)

    def _pull_today(self) -> None:
        pulls = self._pulls()
        if not pulls.start():
            self._narrator.done(texts.NOTHING_DUE.format())
            return
        try:
            self._wait(lambda: pulls.are_published(self._narrator), PULLS_TAKE_S, "")
        except TimeoutError:
            self._narrator.done(texts.LATE.format())
            return
        if failed := pulls.failed():
            self._narrator.done(texts.FAILED_PULLS.format(names=", ".join(failed)))
        self._narrator.done(texts.PULLED.format(version=self._version()))

    def _pulls(self) -> Pulls:
        return Pulls.of(self._settings)

    def _show_figures(self) -> None:
        known = catalog()
        try:
            reader = published().current()
        except NothingPublished:
            self._narrator.done(texts.NO_FIGURE.format())
        else:
            city = next(iter(known.cities.values()))
            today = current_time().astimezone(ZoneInfo(city.timezone)).date()
            days = [today, headline_table.remembered_day(known, city)]
            for day in (each for each in days if each):
                self._narrator.show(
                    headline_table.table(known, city, reader, day, self._narrator.language)
                )
        self._narrator.show(self._addresses())

    def _addresses(self) -> Table:
        language = self._narrator.language
        shown = Table(show_header=False, title=texts.ADDRESSES.format().in_language(language))
        for label, address in self._addressed():
            shown.add_row(label.in_language(language), address)
        return shown

    def _addressed(self) -> list[tuple[Text, str]]:
        ports = self._settings
        found = [
            (texts.DASHBOARD.format(), f"http://{HOST}:{ports.dashboard_port}/"),
            (texts.AIRFLOW.format(), embedded.api_address(ports)),
            (texts.GATEWAY.format(), f"http://{HOST}:{ports.gateway_port}/docs"),
        ]
        if self._sandbox:
            found.append((texts.SANDBOX.format(), f"http://{HOST}:{ports.sandbox_port}/"))
        return found

    def _version(self) -> int | None:
        try:
            return published().current_version()
        except NothingPublished:
            return None

    def _wait(self, condition: Callable[[], bool], longest_s: float | None, name: str) -> None:
        """Wait for a condition; with the name of a service, lateness is its failure."""
        deadline = time.monotonic() + longest_s if longest_s else float("inf")
        while not condition():
            if time.monotonic() > deadline:
                if not name:
                    raise TimeoutError
                raise ServiceFailed(
                    f"{name} did not answer within {timedelta(seconds=longest_s or 0)}; the end of"
                    f" {self._fleet.log_path(name)}:\n{self._fleet.last_lines(name)}"
                )
            self._tick(LOOK_EVERY_S)

    def _tick(self, seconds: float) -> None:
        self._fleet.watch()
        if self._replaying:
            self._replaying.follow()
        if self._stop.wait(seconds):
            raise ToldToStop


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=2, trust_env=False).status_code < 500
    except httpx2.HTTPError:
        return False
