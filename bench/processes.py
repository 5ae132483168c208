"""Processes of a measurement: started apart, waited for, and ended by their run's own mark."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

import httpx2

from arobase.orchestration import embedded
from arobase.orchestration.api import Airflow
from arobase.settings import settings
from arobase.supervisor.fleet import Fleet, Service
from bench import DAGS

LONGEST_START_S = 400.0
FLOWS = {"inbox", "refresh", "empty_inbox", "empty_refresh"}

T = TypeVar("T")


@contextmanager
def fleet() -> Iterator[Fleet]:
    """Give a fleet of the present home; all it started ends with it."""
    with Fleet(settings().home / "logs") as started:
        yield started


def start_airflow(started: Fleet) -> Airflow:
    """Start Airflow as `arobase up` does, with the empty flows beside ours; wait for it."""
    environment = embedded.environment(settings(), sandbox=True, more_dags={"bench": DAGS})
    for name, command in embedded.commands(settings()):
        service = Service(f"airflow-{name.replace(' ', '-')}", command, environment)
        if name != embedded.MIGRATE:
            started.start(service)
        elif started.run(service).wait(LONGEST_START_S):
            raise RuntimeError(started.last_lines(service.name))
    airflow = Airflow.of(settings())
    until(airflow.is_healthy, LONGEST_START_S, lambda: str(airflow.health()))
    airflow.create_pools()
    until(lambda: set(airflow.dag_ids()) >= FLOWS, LONGEST_START_S, lambda: str(airflow.dag_ids()))
    return airflow


def start_answering(started: Fleet, service: Service, address: str) -> None:
    """Start a service and return once it answers."""
    started.start(service)
    until(partial(_answers, address), LONGEST_START_S, partial(started.last_lines, service.name))


def until(
    found: Callable[[], T | None],
    seconds: float,
    what: Callable[[], str] = str,
    *,
    every_s: float = 0.2,
) -> T:
    """Return the first truthy answer.

    Raises:
        TimeoutError: there was none in time; the message says what was seen instead.
    """
    deadline = time.monotonic() + seconds
    while not (answer := found()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not within {seconds:.0f} s: {what()}")
        time.sleep(every_s)
    return answer


def _answers(address: str) -> bool:
    try:
        return httpx2.get(address, timeout=2, trust_env=False).status_code < 500
    except httpx2.HTTPError:
        return False
