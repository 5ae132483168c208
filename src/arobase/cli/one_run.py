"""`arobase run`: everything due, then one refresh, in this process."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx2

from arobase import inbox, ingest, pipeline
from arobase import sandbox as stand_ins
from arobase.errors import ServiceFailed, SourceError
from arobase.replay import portal_towns
from arobase.settings import current_time, settings
from arobase.supervisor import services
from arobase.supervisor.fleet import Fleet
from arobase.supervisor.ports import HOST, free_port

STARTS_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class OneRun:
    """What one run did."""

    reports: tuple[ingest.IngestReport, ...]
    failed: Mapping[str, str]
    """For each source, or source and town, that failed: why."""

    claimed: int
    refresh: pipeline.RefreshReport

    def as_mapping(self) -> dict[str, Any]:
        """Return it ready for JSON."""
        return {
            "ingested": self.reports,
            "failed": dict(self.failed),
            "files_claimed": self.claimed,
            "refresh": self.refresh,
        }


def run_once(*, sandbox: bool) -> OneRun:
    """Pull what is due, claim what was dropped, refresh; with `sandbox`, from stand-ins of its own.

    Raises:
        ServiceFailed: the stand-ins do not start.
    """
    if not sandbox:
        return _run()
    with _stand_ins() as address:
        for city_id in portal_towns():
            order = {"city": city_id}
            httpx2.post(f"{address}/_control/drop", json=order, trust_env=False).raise_for_status()
        return _run()


def _run() -> OneRun:
    reports = []
    failed = {}
    for source_id in ingest.due(current_time()):
        try:
            report = ingest.ingest(source_id)
        except SourceError as error:
            failed[source_id] = str(error)
        else:
            reports.append(report)
            failed |= {f"{source_id} {city}": why for city, why in report.failed.items()}
    claimed = inbox.claim()
    failed |= {str(path): why for path, why in claimed.refused}
    return OneRun(tuple(reports), failed, len(claimed.landed), pipeline.refresh())


@contextmanager
def _stand_ins() -> Iterator[str]:
    """Serve the stand-ins on a free port for the time of the run, with every source on them."""
    port = free_port()
    os.environ.update(stand_ins.environment(port))
    address = f"http://{HOST}:{port}"
    with Fleet(settings().home / "logs", run_id=secrets.token_hex(8)) as fleet:
        fleet.start(services.sandbox(port))
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not _answers(address):
            if time.monotonic() > deadline:
                raise ServiceFailed(f"the sandbox did not start:\n{fleet.last_lines('sandbox')}")
            fleet.watch()
            time.sleep(0.1)
        yield address


def _answers(address: str) -> bool:
    try:
        return httpx2.get(f"{address}/health", trust_env=False).is_success
    except httpx2.TransportError:
        return False
