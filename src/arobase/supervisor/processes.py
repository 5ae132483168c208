"""Find and end every process of a run, whatever parent, session or title it has by now.

Each child is started in a session of its own, with `AROBASE_RUN=<id>` in its environment. Neither
mark is enough: Airflow's workers may change session, and programs that change title (gunicorn,
Airflow) write over the environment one can read from outside. Both, and descent, are.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import psutil

RUN_VARIABLE = "AROBASE_RUN"
GRACE_S = 10.0
AFTER_KILL_S = 5.0
LOOK_EVERY_S = 0.1

Sessions = Mapping[int, float]
"""The sessions started, by the pid of their leader, with the instant at which that began."""

NO_SESSIONS: Sessions = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Seen:
    process: psutil.Process
    parent: int
    session: int
    is_marked: bool


def of_run(run_id: str, sessions: Sessions = NO_SESSIONS) -> list[psutil.Process]:
    """Return the living processes of a run, this one excepted."""
    seen = [each for process in psutil.process_iter() if (each := _seen(process, run_id))]
    ours = {each.session for each in seen if each.is_marked} | _still_ours(sessions)
    found = {each.process.pid for each in seen if each.is_marked or each.session in ours}
    # Parents come before their children, but pids wrap: look until nobody new is found.
    while more := {each.process.pid for each in seen if each.parent in found} - found:
        found |= more
    return [each.process for each in seen if each.process.pid in found]


def end(run_id: str, sessions: Sessions = NO_SESSIONS, *, grace_s: float = GRACE_S) -> int:
    """End a run's processes, politely then not; return how many are left (the kernel may hold one).

    Only session leaders, the services, are waited for: idle workers may ignore SIGTERM.
    """
    first = of_run(run_id, sessions)
    sessions = {**sessions, **_led(first)}
    for process in first:
        _quietly(process.terminate)
    deadline = time.monotonic() + grace_s
    while _led(of_run(run_id, sessions)) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
    deadline = time.monotonic() + AFTER_KILL_S
    # A process may be forked between the look and the kill: look again until there is none.
    while (left := of_run(run_id, sessions)) and time.monotonic() < deadline:
        for process in left:
            _quietly(process.kill)
        time.sleep(LOOK_EVERY_S)
    return len(left)


def _seen(process: psutil.Process, run_id: str) -> _Seen | None:
    if process.pid == os.getpid():
        return None
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        session, parent = os.getsid(process.pid), process.ppid()
    except (psutil.Error, OSError):
        return None
    return _Seen(process, parent, session, _mark(process) == run_id)


def _mark(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(RUN_VARIABLE)
    except psutil.Error:
        return None


def _still_ours(sessions: Sessions) -> set[int]:
    """Leave out a session whose number the kernel has given to somebody else since."""
    return {pid for pid, began in sessions.items() if _began(pid) in {None, began}}


def _began(pid: int) -> float | None:
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return None


def _led(found: list[psutil.Process]) -> dict[int, float]:
    """Return the session leaders among processes."""
    return {process.pid: began for process in found if (began := _leads_since(process))}


def _leads_since(process: psutil.Process) -> float | None:
    try:
        return process.create_time() if os.getsid(process.pid) == process.pid else None
    except (psutil.Error, OSError):
        return None


def _quietly(signal: Callable[[], None]) -> None:
    try:
        signal()
    except psutil.Error:
        # It ended by itself, which is what was wanted.
        return
