"""The children of a run: started, watched, restarted when they die, ended together."""

from __future__ import annotations

import os
import secrets
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psutil

from arobase.errors import ServiceFailed
from arobase.supervisor import guardian, processes

DEATHS_ALLOWED = 3
QUICK_DEATH_S = 60.0
"""A child that ran for longer than this has its earlier deaths forgiven."""

FIRST_WAIT_S = 1.0
LOG_LINES = 15
LARGEST_LOG_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """A process to keep running."""

    name: str
    command: list[str] = field(hash=False)
    environment: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(slots=True)
class _Child:
    service: Service
    process: subprocess.Popen[bytes]
    started_at: float
    deaths: int = 0
    restart_at: float | None = None


class Fleet:
    """The processes of one run; use it as a context manager, which ends them all.

    Args:
        logs: folder that gets one `<name>.log` for each child.
        on_restart: told the name of a child that died, its exit code, and the wait in s.
        first_wait_s: wait before the first restart; it doubles each time.
    """

    def __init__(
        self,
        logs: Path,
        *,
        run_id: str = "",
        on_restart: Callable[[str, int, float], None] = lambda name, code, wait: None,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self.run_id = run_id or secrets.token_hex(8)
        self._logs = logs
        self._on_restart = on_restart
        self._first_wait_s = first_wait_s
        self._children: dict[str, _Child] = {}
        self._sessions: dict[int, float] = {}
        self._guardian: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        self._guardian = guardian.start(self.run_id)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self, service: Service) -> None:
        """Start a service, and keep it running from now on."""
        self._children[service.name] = _Child(service, self._spawn(service), time.monotonic())

    def run(self, service: Service, stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start a process that is to end by itself; the caller waits for it."""
        return self._spawn(service, stdout)

    def watch(self) -> None:
        """Restart the children that died, after a wait.

        Raises:
            ServiceFailed: one died too often; the message has its last lines.
        """
        for child in self._children.values():
            code = child.process.poll()
            if code is None:
                continue
            if child.restart_at is None:
                self._plan_restart(child, code)
            elif time.monotonic() >= child.restart_at:
                child.process = self._spawn(child.service)
                child.started_at, child.restart_at = time.monotonic(), None

    def stop(self, *, grace_s: float = processes.GRACE_S) -> None:
        """End every process of the run, then the guardian, which finds nothing left to end."""
        self._children.clear()
        processes.end(self.run_id, self._sessions, grace_s=grace_s)
        if self._guardian and self._guardian.stdin:
            with suppress(BrokenPipeError):
                self._guardian.stdin.close()
            self._guardian.wait()
            self._guardian = None

    def processes(self) -> list[psutil.Process]:
        """Return every living process of the run."""
        return processes.of_run(self.run_id, self._sessions)

    def last_lines(self, name: str) -> str:
        """Return the end of a child's log."""
        try:
            text = self.log_path(name).read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""
        return "\n".join(text.splitlines()[-LOG_LINES:])

    def log_path(self, name: str) -> Path:
        """Return where a child's output goes."""
        return self._logs / f"{name}.log"

    def _plan_restart(self, child: _Child, code: int) -> None:
        lived_s = time.monotonic() - child.started_at
        child.deaths = child.deaths + 1 if lived_s < QUICK_DEATH_S else 1
        name = child.service.name
        if child.deaths >= DEATHS_ALLOWED:
            raise ServiceFailed(
                f"{name} stopped {child.deaths} times (exit code {code});"
                f" the end of {self.log_path(name)}:\n{self.last_lines(name)}"
            )
        wait_s = self._first_wait_s * 2 ** (child.deaths - 1)
        child.restart_at = time.monotonic() + wait_s
        self._on_restart(name, code, wait_s)

    def _spawn(self, service: Service, stdout: int | None = None) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            **service.environment,
            processes.RUN_VARIABLE: self.run_id,
            "PYTHONUNBUFFERED": "1",
        }
        with self._open_log(service.name) as log:
            process = subprocess.Popen(
                service.command,
                stdin=subprocess.DEVNULL,
                stdout=log if stdout is None else stdout,
                stderr=log,
                env=environment,
                start_new_session=True,
            )
        self._remember(process.pid)
        return process

    def _remember(self, pid: int) -> None:
        """Note a session for the end, here and with the guardian."""
        try:
            self._sessions[pid] = began = psutil.Process(pid).create_time()
        except psutil.Error:
            return
        if self._guardian and self._guardian.stdin:
            # A guardian that somebody killed is no reason to stop.
            with suppress(BrokenPipeError):
                self._guardian.stdin.write(f"{pid} {began!r}\n".encode())
                self._guardian.stdin.flush()

    def _open_log(self, name: str) -> IO[bytes]:
        path = self.log_path(name)
        if path.exists() and path.stat().st_size > LARGEST_LOG_BYTES:
            path.replace(path.with_suffix(".log.1"))
        return path.open("ab")
