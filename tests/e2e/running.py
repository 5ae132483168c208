"""What these tests run: the sandbox, the dashboard, and homes that this process works in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import httpx2
import pytest

from arobase import ingest
from arobase.catalog import catalog
from arobase.connectors.http import Http
from arobase.errors import SourceError
from arobase.sandbox import environment
from arobase.settings import settings
from arobase.supervisor import services
from arobase.supervisor.fleet import Service
from tests.airflow_fixture import end_trees, free_port, until

REPOSITORY = Path(__file__).resolve().parents[2]
STARTS_S = 120


@contextmanager
def running(service: Service, address: str, home: Path, more: dict[str, str]) -> Iterator[None]:
    """Run a service of `arobase up` on a home until the end of the block."""
    environ = {**environ_of(home), **more}
    log = home.parent / f"{service.name}.log"
    home.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            service.command,
            env=environ,
            cwd=home,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        until(lambda: answers(address), seconds=STARTS_S, what=log.read_text)
        yield
    finally:
        end_trees([process.pid])


def environ_of(home: Path) -> dict[str, str]:
    """Return the variables of a process that works in a home with the code of this repository."""
    python_path = f"{REPOSITORY / 'src'}{os.pathsep}{REPOSITORY}"
    return {**os.environ, "AROBASE_HOME": str(home), "PYTHONPATH": python_path}


def answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health", timeout=5, trust_env=False).is_success
    except httpx2.HTTPError:
        return False


@contextmanager
def dashboard(home: Path, *, now: datetime | None = None, **environ: str) -> Iterator[str]:
    """Serve the pages of a home as `arobase up` does, and give their address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    more = {"AROBASE_NOW": now.isoformat()} if now else {}
    with running(services.dashboard(port), address, home, environ | more):
        yield address


@dataclass(frozen=True)
class Sandbox:
    """The running stand-ins, and their controls."""

    port: int
    home: Path
    """Whose inbox it drops files in, unless told otherwise."""

    environ: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "environ", environment(self.port))

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def at(self, instant: datetime | None) -> None:
        """Set the clock, or give it back."""
        self._order("clock", now=instant.isoformat() if instant else None)

    def fault(self, source_id: str, fault: str | None) -> None:
        """Spoil every answer of a source, or no longer."""
        self._order("faults", source=source_id, fault=fault)

    def drop(self, home: Path, city_id: str, **order: str) -> list[str]:
        """Drop the portal's files with their markers into a home's inbox, and return their names."""
        inbox = home / "inbox" / "family_portal" / city_id
        answer = self._order("drop", city=city_id, inbox=str(inbox), **order)
        return [each["name"] for each in answer["files"]]

    def _order(self, what: str, **content):
        answer = httpx2.post(
            f"{self.address}/_control/{what}", json=content, timeout=60, trust_env=False
        )
        return answer.raise_for_status().json()


@contextmanager
def sandbox_on(home: Path) -> Iterator[Sandbox]:
    started = Sandbox(free_port(), home)
    with running(services.sandbox(started.port), started.address, home, {}):
        yield started


@contextmanager
def living_in(home: Path, environ: dict[str, str]) -> Iterator[None]:
    """Make this process work in a home, with these variables."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {**environ, "AROBASE_HOME": str(home)}.items():
            patch.setenv(name, value)
        _forget()
        yield
    _forget()


def _forget() -> None:
    settings.cache_clear()
    catalog.cache_clear()


def pull_due(now: datetime) -> dict[str, str]:
    """Pull all that is due, without the waits between tries, and return what failed."""
    failed = {}
    for source_id in ingest.due(now):
        try:
            report = ingest.ingest(source_id, now=now, http=Http.without_waiting())
        except SourceError as error:
            failed[source_id] = str(error)
        else:
            failed |= {f"{source_id} {city_id}": why for city_id, why in report.failed.items()}
    return failed


def drop(home: Path, city_id: str, name: str, text: str) -> None:
    """Leave a file of the family portal in an inbox, then its marker, as its program does."""
    path = home / "inbox" / "family_portal" / city_id / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="cp1252")
    path.with_name(f"{name}.ready").touch()


def copied(home: Path, target: Path) -> Path:
    """Return a home of one's own, in the state of another; links stay links."""
    shutil.copytree(home, target, symlinks=True)
    return target


def rows(home: Path, sql: str) -> list[tuple]:
    """Return the rows of a statement on the published version of a home."""
    path = (home / "published" / "marts.duckdb").resolve()
    with duckdb.connect(str(path), read_only=True) as connection:
        connection.execute("set TimeZone = 'UTC'")
        return connection.execute(sql).fetchall()


def figures(home: Path) -> list[tuple]:
    """Return every published figure, without who said it when."""
    return rows(
        home,
        "select city_id, indicator_id, period_start, period_end, value, status"
        " from indicator_values order by all",
    )


def dump(home: Path) -> dict[str, list[tuple]]:
    """Return all that a version says, but for the instants and numbers of the runs that made it."""
    return {
        "indicator_values": rows(home, "from indicator_values order by all"),
        "claims": rows(home, "from claims order by all"),
        "freshness": rows(home, "from freshness order by all"),
        "findings": rows(
            home,
            "select * exclude (run_id, run_at, first_seen, last_seen, resolved_at),"
            " resolved_at is null from findings order by all",
        ),
        "quarantine": rows(home, "select * exclude (_batch_id) from quarantine order by all"),
    }
