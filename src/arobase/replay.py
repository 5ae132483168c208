"""Replay of the sandbox's history: what a town that has used Arobase for years would have.

On each first of month since the magazine's, at eight in Paris: the sandbox is told that it is that
instant, what is due is pulled, the month's exports of the family portal are dropped and claimed.
One refresh at the end. A replay that was cut short goes on: what has landed is not due again.
"""

from __future__ import annotations

import ssl
import sys
import time as real_time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import httpx2
import orjson

from arobase import inbox, ingest, logs, pipeline
from arobase.catalog import catalog
from arobase.connectors.http import Http
from arobase.errors import SourceError, SourceUnavailable
from arobase.settings import current_time, settings

PARIS = ZoneInfo("Europe/Paris")
START = date(2020, 10, 1)
HOUR = time(8)
SOURCES_AT_ONCE = 4
PORTAL = "family_portal"

# The sandbox speaks plain HTTP; reading the authorities' certificates would cost more than a pull.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)

Tell = Callable[[dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a replay did."""

    instants: int
    failed: tuple[str, ...]
    landing_s: float
    refresh_s: float
    version: int | None


def replay(
    sandbox: str, *, start: date = START, now: datetime | None = None, tell: Tell = lambda _: None
) -> Replayed:
    """Land each month since `start`, then refresh once.

    Args:
        sandbox: address of the running sandbox; it is left on the present clock.
        start: first day; replayed with each first of month after it.
        now: the present instant.
        tell: told each step, as JSON-ready mappings.
    """
    present = now or current_time()
    instants = list(_instants(start, present))
    began = real_time.monotonic()
    failed: list[str] = []
    with _sandbox(sandbox) as control:
        for done, instant in enumerate(instants, 1):
            control.move_to(instant)
            failed += _pull_due(instant)
            control.drop_exports()
            inbox.claim(now=instant)
            tell({"done": done, "total": len(instants), "label": f"{instant:%Y-%m}"})
    landed = real_time.monotonic()
    tell({"step": "refresh"})
    refreshed = pipeline.refresh(now=present)
    return Replayed(
        instants=len(instants),
        failed=tuple(failed),
        landing_s=landed - began,
        refresh_s=real_time.monotonic() - landed,
        version=refreshed.publish.version,
    )


def portal_towns() -> list[str]:
    """Return the towns whose family portal the sandbox drops exports of."""
    return [city.id for city in catalog().cities.values() if PORTAL in city.sources]


def _instants(start: date, now: datetime) -> Iterator[datetime]:
    """Yield eight in Paris on `start` and on each first of month, as UTC, up to now."""
    day = start
    while (instant := datetime.combine(day, HOUR, PARIS).astimezone(UTC)) <= now:
        yield instant
        day = date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _pull_due(now: datetime) -> list[str]:
    """Pull every source due at an instant; return what failed, as history goes on without it."""

    def pull(source_id: str) -> list[str]:
        try:
            http = Http.without_waiting(httpx2.AsyncHTTPTransport(verify=NO_AUTHORITIES))
            report = ingest.ingest(source_id, now=now, http=http)
        except SourceError as error:
            return [f"{now:%Y-%m-%d} {source_id}: {error}"]
        return [f"{now:%Y-%m-%d} {source_id} {city}: {why}" for city, why in report.failed.items()]

    with ThreadPoolExecutor(SOURCES_AT_ONCE) as pool:
        return [line for lines in pool.map(pull, ingest.due(now)) for line in lines]


@dataclass(frozen=True, slots=True)
class _Control:
    """The sandbox's own controls."""

    client: httpx2.Client

    def move_to(self, instant: datetime | None) -> None:
        self._post("/_control/clock", {"now": instant.isoformat() if instant else None})

    def drop_exports(self) -> None:
        for city_id in portal_towns():
            self._post("/_control/drop", {"city": city_id})

    def _post(self, path: str, content: dict[str, object]) -> None:
        try:
            self.client.post(path, json=content).raise_for_status()
        except httpx2.HTTPError as error:
            raise SourceUnavailable(f"the sandbox does not answer: {error}") from error


@contextmanager
def _sandbox(address: str) -> Iterator[_Control]:
    """Give the controls of the sandbox, and give it its clock back afterwards."""
    with httpx2.Client(base_url=address, timeout=60, trust_env=False) as client:
        control = _Control(client)
        try:
            yield control
        finally:
            control.move_to(None)


def main() -> None:
    """Replay against this machine's sandbox, one JSON line for each step."""

    def tell(progress: dict[str, object]) -> None:
        sys.stdout.buffer.write(orjson.dumps(progress) + b"\n")
        sys.stdout.buffer.flush()

    logs.configure()
    done = replay(f"http://127.0.0.1:{settings().sandbox_port}", tell=tell)
    for line in done.failed:
        sys.stderr.write(f"{line}\n")
    summary = (
        f"{done.instants} x {done.landing_s / max(done.instants, 1):.2f} s + {done.refresh_s:.0f} s"
    )
    tell({"summary": summary})


if __name__ == "__main__":
    main()
