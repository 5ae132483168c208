"""The memory of everything `arobase up --sandbox` starts, against its budget of two gibibytes.

Proportional: a page shared by several processes counts once in all, not once in each.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from arobase.settings import settings
from arobase.supervisor.texts import STAY
from bench.home import temporary_home
from bench.processes import until
from bench.ratio import Ratio

BUDGET_MIB = 2048.0
LIMIT = 1.0
LONGEST_START_S = 900.0
LONGEST_STOP_S = 60.0
SETTLING_S = 30.0
SAMPLES = 14
BETWEEN_S = 5.0
"""Samples over more than a minute, so that what runs once a minute is seen."""

_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def measure() -> list[Ratio]:
    """Return the largest sum seen over a minute, once the figures are shown."""
    with temporary_home() as home, _everything(home) as root:
        time.sleep(SETTLING_S)
        samples = []
        for _ in range(SAMPLES):
            samples.append(_by_name(root))
            time.sleep(BETWEEN_S)
    most = max(samples, key=lambda sample: sum(sample.values()))
    largest = sorted(most.items(), key=lambda item: -item[1])
    note = ", ".join(f"{name} {mebibytes:.0f}" for name, mebibytes in largest)
    return [Ratio("memory of everything", sum(most.values()), BUDGET_MIB, "MiB", LIMIT, note=note)]


@contextmanager
def _everything(home: Path) -> Iterator[psutil.Process]:
    home.mkdir(parents=True)
    log = home / "up.log"
    command = [sys.executable, "-m", "arobase.cli", "up", "--sandbox", "--lang", "en"]
    # The variables that keep the other measurements from any network would hide the sandbox.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AROBASE_BASE_URL__")}
    with log.open("wb") as stream:
        process = subprocess.Popen(
            command, stdout=stream, stderr=stream, env=environment, cwd=settings().project
        )
    try:
        until(lambda: _says_it_stays(process, log), LONGEST_START_S, lambda: log.read_text("utf-8"))
        yield psutil.Process(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(LONGEST_STOP_S)


def _says_it_stays(process: subprocess.Popen[bytes], log: Path) -> bool:
    said = log.read_text("utf-8", errors="replace")
    if process.poll() is not None:
        raise RuntimeError(f"`arobase up` ended by itself:\n{said}")
    return STAY.format().en in said


def _by_name(root: psutil.Process) -> dict[str, float]:
    """Return the proportional memory of a process and its descendants, by what they are."""
    found: dict[str, float] = {}
    for process in [root, *root.children(recursive=True)]:
        try:
            name = _name(process.cmdline())
            found[name] = found.get(name, 0.0) + _mebibytes(process.pid)
        except (psutil.Error, OSError):
            continue  # it ended meanwhile
    return found


def _mebibytes(pid: int) -> float:
    said = _PSS.search(Path(f"/proc/{pid}/smaps_rollup").read_text("ascii"))
    return int(said[1]) / 1024 if said else 0.0


def _name(command: list[str]) -> str:
    """Return which service a command is: Airflow's processes give themselves titles."""
    text = " ".join(command)
    known = ("gunicorn", "sandbox", "events", "guardian", "replay", "api-server", "api_server")
    known += ("dag-processor", "triggerer", "scheduler", "worker")
    name = next((each for each in known if each in text), "up" if " up" in text else "others")
    return name.replace("_", "-").replace("events", "gateway").replace("gunicorn", "dashboard")
