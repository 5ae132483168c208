"""Today's pulls, made by Airflow: start the flows that are due, wait for their figures."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Self

import httpx2

from arobase import ingest
from arobase.errors import NothingPublished
from arobase.landing import Landing
from arobase.orchestration.api import Airflow
from arobase.published import published
from arobase.settings import Settings, current_time
from arobase.supervisor import texts
from arobase.supervisor.narrator import Narrator

OVER = frozenset({"success", "failed"})
NOTHING_CHANGED_S = 20.0
"""When every batch is loaded for so long and the version is the same, nothing was new."""


@dataclass(slots=True)
class Pulls:
    """The flows started today."""

    airflow: Airflow
    landing: Landing
    runs: dict[str, str] = field(default_factory=dict)
    version_before: int = 0
    states: dict[str, str] = field(default_factory=dict)
    _all_loaded_at: float | None = None

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the pulls of the Airflow that runs with these settings."""
        return cls(Airflow.of(settings), Landing(settings.landing))

    def is_ready(self) -> bool:
        """Return whether Airflow is healthy and knows the flows of the sources that are due."""
        if not self.airflow.is_healthy():
            return False
        try:
            known = set(self.airflow.dag_ids())
            self.airflow.create_pools()
        except httpx2.HTTPError:
            return False
        return known >= {_flow(source_id) for source_id in ingest.due(current_time())} | {"refresh"}

    def start(self) -> list[str]:
        """Start the flow of each source that is due, and return these sources."""
        due = list(ingest.due(current_time()))
        self.version_before = _version()
        self.runs = {source_id: self.airflow.trigger(_flow(source_id)) for source_id in due}
        return due

    def are_published(self, narrator: Narrator) -> bool:
        """Return whether the flows are over and what they brought is published."""
        for source_id, run_id in self.runs.items():
            if self.states.get(source_id) not in OVER:
                self.states[source_id] = self._state(source_id, run_id)
        over = sum(state in OVER for state in self.states.values())
        narrator.doing(texts.PULLING.format(done=over, total=len(self.runs)))
        if over < len(self.runs) or next(self.landing.pending(), None):
            self._all_loaded_at = None
            return False
        self._all_loaded_at = self._all_loaded_at or time.monotonic()
        waited_s = time.monotonic() - self._all_loaded_at
        return _version() > self.version_before or waited_s > NOTHING_CHANGED_S

    def failed(self) -> list[str]:
        """Return the sources whose flow failed."""
        return [source_id for source_id, state in self.states.items() if state == "failed"]

    def _state(self, source_id: str, run_id: str) -> str:
        try:
            runs = self.airflow.runs(_flow(source_id))
        except httpx2.HTTPError:
            return "unknown"
        return next((str(run["state"]) for run in runs if run["dag_run_id"] == run_id), "unknown")


def _flow(source_id: str) -> str:
    return f"ingest_{source_id}"


def _version() -> int:
    try:
        return published().current_version()
    except NothingPublished:
        return 0
