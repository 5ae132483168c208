"""`arobase run`: everything due, then one refresh, in this process."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2

from arobase import pipeline
from arobase import sandbox as stand_ins
from arobase.errors import ServiceFailed
from arobase.replay import portal_towns
from arobase.settings import settings
from arobase.supervisor import services
from arobase.supervisor.fleet import Fleet
from arobase.supervisor.ports import HOST, free_port

STARTS_WITHIN_S = 60.0


def run_once(*, sandbox: bool) -> pipeline.RunReport:
    """Pull what is due, claim what was dropped, refresh; with `sandbox`, from stand-ins of its own.

    Raises:
        ServiceFailed: the stand-ins do not start.
    """
    if not sandbox:
        return pipeline.run()
    with _stand_ins() as address:
        for city_id in portal_towns():
            order = {"city": city_id}
            httpx2.post(f"{address}/_control/drop", json=order, trust_env=False).raise_for_status()
        return pipeline.run()


@contextmanager
def _stand_ins() -> Iterator[str]:
    """Serve the stand-ins on a free port for the time of the run, with every source on them."""
    port = free_port()
    os.environ["AROBASE_HOME"] = str(settings().home)
    os.environ.update(stand_ins.environment(port))
    address = f"http://{HOST}:{port}"
    with Fleet(settings().home / "logs") as fleet:
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
