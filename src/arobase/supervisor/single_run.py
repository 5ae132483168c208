"""One run at a time for each `AROBASE_HOME`, and what to do about one that was cut short."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arobase.errors import ServiceFailed
from arobase.supervisor import processes

FILE = "up.pid"


@contextmanager
def single_run(home: Path, run_id: str) -> Iterator[int]:
    """Hold the home folder for this run; give the number of processes left by a run cut short.

    The kernel frees the lock when its holder ends, however it ends: a free file is stale.

    Raises:
        ServiceFailed: another run holds it.
    """
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE
    with path.open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.seek(0)
            pid = file.read().partition(" ")[0] or "?"
            raise ServiceFailed(
                f"Arobase runs already in {home} (pid {pid}); stop it first, or set AROBASE_HOME"
            ) from error
        file.seek(0)
        _, _, former = file.read().partition(" ")
        left = _end_left(former.strip())
        file.truncate(0)
        file.write(f"{os.getpid()} {run_id}")
        file.flush()
        yield left
        file.truncate(0)


def _end_left(run_id: str) -> int:
    if not run_id:
        return 0
    found = len(processes.of_run(run_id))
    processes.end(run_id)
    return found
