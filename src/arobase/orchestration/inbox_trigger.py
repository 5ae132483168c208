"""Tells Airflow that files wait in the inbox. Looks at markers, carries no work, deletes nothing.

The triggers Airflow provides delete the file they see, poll, and say no name; ours waits for the
kernel's notifications. Whatever it misses while it is down is found by the scan at its start, and
whatever Airflow forgets by the once-a-minute schedule of the inbox DAG.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

from airflow.triggers.base import BaseEventTrigger, TriggerEvent
from watchfiles import awatch

MARKER_SUFFIX = ".ready"
NAMED_IN_EVENT = 10
DEBOUNCE_MS = 50
TICK_MS = 1_000


class Marker(NamedTuple):
    """One marker as it is on disk; the same name dropped again is another marker."""

    path: str
    inode: int
    modified_ns: int


class InboxTrigger(BaseEventTrigger):
    """Fires once for each group of markers that appear, however many and however long they stay.

    Args:
        inbox: the folder to watch, with everything under it.
        rescan_s: how often to look at the whole folder, for what notifications do not reach.
    """

    def __init__(self, inbox: str, rescan_s: float = 30.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.inbox = inbox
        self.rescan_s = rescan_s

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return what rebuilds this trigger after a restart."""
        kwargs = {"inbox": self.inbox, "rescan_s": self.rescan_s}
        return f"{type(self).__module__}.{type(self).__name__}", kwargs

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Yield an event whenever a marker is there that was not there at the last look."""
        root = Path(self.inbox)
        await asyncio.to_thread(root.mkdir, parents=True, exist_ok=True)
        announced: frozenset[Marker] = frozenset()
        async for _ in self._occasions(root):
            present = await asyncio.to_thread(markers, root)
            if fresh := present - announced:
                yield TriggerEvent(_payload(fresh))  # type: ignore[no-untyped-call]
            announced = present

    async def _occasions(self, root: Path) -> AsyncIterator[None]:
        """Yield when it is worth looking: at the start, on a change and after it, now and then."""
        yield
        # The watch begins after this first look, so the first tick looks again. A folder created
        # together with its file may be watched too late for it: the tick after a change looks too.
        look_again, last_look = True, time.monotonic()
        async for changes in awatch(
            root,
            watch_filter=None,
            debounce=DEBOUNCE_MS,
            step=DEBOUNCE_MS // 2,
            rust_timeout=TICK_MS,
            yield_on_timeout=True,
        ):
            if changes or look_again or time.monotonic() - last_look >= self.rescan_s:
                yield
                look_again, last_look = bool(changes), time.monotonic()


def markers(root: Path) -> frozenset[Marker]:
    """Return every marker under the inbox, refused files aside."""
    found = set()
    for path in root.glob(f"[!_]*/*/*{MARKER_SUFFIX}"):
        try:
            status = path.stat()
        except FileNotFoundError:  # claimed meanwhile
            continue
        found.add(Marker(str(path.relative_to(root)), status.st_ino, status.st_mtime_ns))
    return frozenset(found)


def _payload(fresh: frozenset[Marker]) -> dict[str, Any]:
    names = sorted(marker.path.removesuffix(MARKER_SUFFIX) for marker in fresh)
    return {"files": len(names), "first": names[:NAMED_IN_EVENT]}
