"""Find and end every process of a run, whatever session or parent it has by now.

Each child is started with `AROBASE_RUN=<id>` in its environment, which its descendants inherit:
Airflow's workers, which change session and outlive their parent, are found as surely as the rest.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import psutil

RUN_VARIABLE = "AROBASE_RUN"
GRACE_S = 10.0
AFTER_KILL_S = 5.0
LOOK_EVERY_S = 0.1


def of_run(run_id: str) -> list[psutil.Process]:
    """Return the living processes of a run, this one excepted."""
    found = []
    for process in psutil.process_iter():
        if process.pid == os.getpid():
            continue
        try:
            if (
                process.environ().get(RUN_VARIABLE) == run_id
                and process.status() != psutil.STATUS_ZOMBIE
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def end(run_id: str, *, grace_s: float = GRACE_S) -> int:
    """End a run's processes, politely then not; return how many are left (the kernel may hold one).

    Only session leaders, the services, are waited for: idle workers may ignore SIGTERM.
    """
    for process in of_run(run_id):
        _quietly(process.terminate)
    deadline = time.monotonic() + grace_s
    while any(_leads(process) for process in of_run(run_id)) and time.monotonic() < deadline:
        time.sleep(LOOK_EVERY_S)
    deadline = time.monotonic() + AFTER_KILL_S
    # A process may be forked between the look and the kill: look again until there is none.
    while (left := of_run(run_id)) and time.monotonic() < deadline:
        for process in left:
            _quietly(process.kill)
        time.sleep(LOOK_EVERY_S)
    return len(left)


def _leads(process: psutil.Process) -> bool:
    try:
        return os.getsid(process.pid) == process.pid
    except OSError:
        return False


def _quietly(signal: Callable[[], None]) -> None:
    try:
        signal()
    except psutil.Error:
        # It ended by itself, which is what was wanted.
        return
