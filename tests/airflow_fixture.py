"""One embedded Airflow for the whole run, in a home of its own; tests/conftest.py gives it to all.

Tests that use it carry `@pytest.mark.airflow` and `@pytest.mark.xdist_group("airflow")`, so that one
worker runs them all and boots it once.
"""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TypeVar

import psutil
import pytest

from arobase.catalog import load_catalog
from arobase.orchestration import embedded
from arobase.orchestration.api import Airflow
from arobase.settings import Settings, environment_id

BOOT_S = 240
GRACE_S = 15
MORE_DAGS = Path(__file__).parent / "airflow" / "dags"

T = TypeVar("T")


@dataclass
class RunningAirflow:
    """The shared Airflow: its home, its API, and its processes by name."""

    settings: Settings
    environ: dict[str, str]
    api: Airflow
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    boot_seconds: float = 0.0

    @property
    def home(self) -> Path:
        return self.settings.home

    def start(self, name: str) -> None:
        log = self._log(name)
        self.processes[name] = subprocess.Popen(
            dict(embedded.commands(self.settings))[name],
            env=self.environ,
            cwd=self.home,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        log.close()

    def stop(self, *names: str) -> None:
        end_trees([self.processes.pop(name).pid for name in names])

    def run_once(self, name: str, argv: list[str]) -> None:
        with self._log(name) as log:
            subprocess.run(
                argv, env=self.environ, cwd=self.home, stdout=log, stderr=log, check=True
            )

    def log_text(self, name: str) -> str:
        return (self.home / f"{name.replace(' ', '-')}.log").read_text(errors="replace")

    def _log(self, name: str) -> IO[bytes]:
        return (self.home / f"{name.replace(' ', '-')}.log").open("ab")


def boot(
    settings: Settings, more: Mapping[str, str], more_dags: Mapping[str, Path]
) -> RunningAirflow:
    """Start every component, and return once all are healthy and every flow is known."""
    began = time.monotonic()
    environ = {
        **os.environ,
        **embedded.environment(settings, sandbox=True, more_dags=more_dags),
        **more,
    }
    running = RunningAirflow(settings, environ, Airflow.of(settings))
    commands = dict(embedded.commands(settings))
    if embedded.MIGRATE in commands:
        running.run_once(embedded.MIGRATE, commands.pop(embedded.MIGRATE))
        embedded.migrated(settings)
    try:
        for name in commands:
            running.start(name)
        until(running.api.is_healthy, seconds=BOOT_S, what=lambda: str(running.api.health()))
        running.api.create_pools()
        until(
            lambda: {"inbox", "refresh"} <= set(running.api.dag_ids()),
            seconds=60,
            what=lambda: f"flows: {running.api.dag_ids()}",
        )
    except BaseException:
        shut(running)
        raise
    running.boot_seconds = time.monotonic() - began
    return running


def shut(running: RunningAirflow) -> None:
    """End every process of it."""
    running.stop(*running.processes)


def end_trees(pids: list[int]) -> None:
    """End processes and all they started: politely, then not."""
    parents = [psutil.Process(pid) for pid in pids if psutil.pid_exists(pid)]
    family = [*parents]
    for parent in parents:
        family += parent.children(recursive=True)
    for parent in parents:
        parent.terminate()
    psutil.wait_procs(parents, timeout=GRACE_S)
    # Idle executor workers ignore TERM, and are nobody's children once the scheduler is gone.
    for process in family:
        if process.is_running():
            process.kill()
    _, left = psutil.wait_procs(family, timeout=GRACE_S)
    assert not left


def until(found: Callable[[], T], *, seconds: float, what: Callable[[], str] = str) -> T:
    """Return the first truthy answer; fail, saying what was seen instead, when none comes in time."""
    deadline = time.monotonic() + seconds
    while True:
        if answer := found():
            return answer
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:.0f} s: {what()}")
        time.sleep(0.1)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningAirflow]:
    """The embedded Airflow all these tests share."""
    settings = Settings(home=tmp_path_factory.mktemp("airflow") / "home", airflow_port=free_port())
    # No pull may leave the machine, should the hour strike during a test.
    nowhere = {
        f"AROBASE_BASE_URL__{environment_id(source_id)}": f"http://127.0.0.1:{free_port()}"
        for source_id in load_catalog(*settings.catalog).sources
    }
    running = boot(settings, nowhere, {"tests": MORE_DAGS})
    yield running
    shut(running)
