"""The chain in a process that can be killed. Run by a fork server, so that a run costs no import."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from signal import SIGKILL
from time import monotonic

from arobase import inbox, load, pipeline, transform
from tests.e2e.running import pull_due

STEPS: dict[str, Callable[[datetime], object]] = {
    "pull": pull_due,
    "claim": inbox.claim,
    "load": lambda now: load.load(),
    "transform": lambda now: transform.transform(now=now),
    "audit": lambda now: pipeline.audit(now=now),
    "publish": lambda now: pipeline.publish(now=now),
}
OFFLINE = tuple(STEPS)[1:]
LONGEST_S = 180.0

FORKING = get_context("forkserver")
FORKING.set_forkserver_preload(
    [
        "tests.e2e.chain",
        "dbt.cli.main",
        "dbt.parser.manifest",
        "dbt.adapters.duckdb",
        "arobase.audit.gx_duckdb",
        "expectations",
    ]
)


@dataclass
class Chain:
    """Runs of the chain, each in a process of its own.

    Args:
        environ: the variables of each run.
        now: the product's instant.
        steps: what to run.
    """

    environ: dict[str, str]
    now: datetime
    steps: tuple[str, ...] = OFFLINE
    seconds: dict[str, float] = field(default_factory=dict)
    """How long each step took in the last run that was not disturbed."""

    def run(self, home: Path) -> None:
        """Run from the beginning to the end."""
        process, told = self._start(home, pause_after=None)
        began = {}
        for step in (*self.steps, "end"):
            assert _heard(told, process) == step
            began[step] = monotonic()
        process.join(LONGEST_S)
        assert process.exitcode == 0
        ends = [*began.values()][1:]
        self.seconds = {step: end - began[step] for step, end in zip(self.steps, ends, strict=True)}

    def killed_after(self, home: Path, step: str) -> None:
        """Kill it between a step and the next one."""
        process, told = self._start(home, pause_after=step)
        while _heard(told, process) != f"after {step}":
            pass
        _kill(process)
        assert process.exitcode == -SIGKILL

    def killed_during(self, home: Path, step: str, share: float) -> bool:
        """Kill it when a share of a step's usual time has passed; tell whether it still ran."""
        process, told = self._start(home, pause_after=None)
        while _heard(told, process) != step:
            pass
        process.join(share * self.seconds[step])
        _kill(process)
        assert process.exitcode in {-SIGKILL, 0}
        return process.exitcode == -SIGKILL

    def _start(
        self, home: Path, *, pause_after: str | None
    ) -> tuple[ForkServerProcess, Connection]:
        told, telling = FORKING.Pipe()
        environ = {**self.environ, "AROBASE_HOME": str(home)}
        process = FORKING.Process(
            target=_run, args=(environ, self.now, self.steps, pause_after, telling), daemon=True
        )
        process.start()
        telling.close()
        return process, told


def _heard(told: Connection, process: ForkServerProcess) -> str:
    assert told.poll(LONGEST_S), "the chain says nothing"
    try:
        return told.recv()
    except EOFError:
        process.join(LONGEST_S)
        raise AssertionError(f"the chain ended early, with exit code {process.exitcode}") from None


def _kill(process: ForkServerProcess) -> None:
    process.kill()
    process.join(LONGEST_S)


def _run(
    environ: dict[str, str],
    now: datetime,
    steps: tuple[str, ...],
    pause_after: str | None,
    telling: Connection,
) -> None:
    os.environ.update(environ)
    for step in steps:
        telling.send(step)
        STEPS[step](now)
        if step == pause_after:
            telling.send(f"after {step}")
            telling.recv()
    telling.send("end")
