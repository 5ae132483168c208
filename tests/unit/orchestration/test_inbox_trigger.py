"""The watcher sees every marker, once, and touches nothing."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from airflow.triggers.base import BaseEventTrigger

from arobase.orchestration.inbox_trigger import InboxTrigger, markers

SETTLE_S = 1.5


class Listener:
    """Runs a trigger and keeps what it says, with the instants."""

    def __init__(self, trigger: InboxTrigger) -> None:
        self.trigger = trigger
        self.payloads: list[dict[str, Any]] = []
        self.instants: list[float] = []

    async def listen(self) -> None:
        async for event in self.trigger.run():
            self.instants.append(time.monotonic())
            self.payloads.append(event.payload)

    @property
    def files(self) -> int:
        return sum(payload["files"] for payload in self.payloads)

    async def heard(self, files: int, seconds: float = 5) -> None:
        async with asyncio.timeout(seconds):
            while self.files < files:
                await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(inbox: Path, rescan_s: float = 30.0) -> AsyncIterator[Listener]:
    listener = Listener(InboxTrigger(str(inbox), rescan_s=rescan_s))
    task = asyncio.create_task(listener.listen())
    await asyncio.sleep(0.3)
    try:
        yield listener
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def drop(inbox: Path, name: str, city: str = "cachan") -> Path:
    path = inbox / "family_portal" / city / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("compte;ouvert le\n1;01/10/2020\n")
    marker = path.with_name(f"{name}.ready")
    marker.touch()
    return marker


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    return tmp_path / "inbox"


def test_it_is_a_trigger_that_can_watch_an_asset_and_be_rebuilt(inbox: Path):
    path, kwargs = InboxTrigger(str(inbox), rescan_s=5).serialize()

    assert issubclass(InboxTrigger, BaseEventTrigger)
    assert path == "arobase.orchestration.inbox_trigger.InboxTrigger"
    assert InboxTrigger(**kwargs).serialize() == (path, kwargs)


async def test_a_file_dropped_before_the_start_is_announced(inbox: Path):
    drop(inbox, "requests.csv")

    async with listening(inbox) as listener:
        await listener.heard(1)

    assert listener.payloads == [{"files": 1, "first": ["family_portal/cachan/requests.csv"]}]


async def test_a_file_in_a_known_folder_is_announced_in_less_than_a_second(inbox: Path):
    (inbox / "family_portal" / "cachan").mkdir(parents=True)

    async with listening(inbox) as listener:
        dropped = time.monotonic()
        drop(inbox, "requests.csv")
        await listener.heard(1)

    assert listener.instants[0] - dropped < 1


async def test_a_file_in_a_folder_made_for_it_is_announced(inbox: Path):
    async with listening(inbox) as listener:
        for number in range(20):
            drop(inbox, "requests.csv", city=f"town_{number}")
        await listener.heard(20)

    assert listener.files == 20


async def test_many_files_at_once_are_few_events_and_none_is_missed(inbox: Path):
    async with listening(inbox) as listener:
        for number in range(200):
            drop(inbox, f"{number}.csv")
        await listener.heard(200)

    assert listener.files == 200
    assert len(listener.payloads) < 20
    assert all(len(payload["first"]) <= 10 for payload in listener.payloads)


async def test_files_that_stay_are_not_announced_again(inbox: Path):
    drop(inbox, "stays.csv")

    async with listening(inbox, rescan_s=0.1) as listener:
        await asyncio.sleep(2 * SETTLE_S)

    assert listener.files == 1


async def test_a_file_dropped_again_after_it_was_claimed_is_announced_again(inbox: Path):
    async with listening(inbox) as listener:
        for files in range(1, 4):
            marker = drop(inbox, "requests.csv")
            await listener.heard(files)
            marker.unlink()
            await asyncio.sleep(SETTLE_S)

    assert listener.files == 3


async def test_a_restart_announces_what_still_waits(inbox: Path):
    drop(inbox, "first.csv")
    async with listening(inbox) as before:
        await before.heard(1)
    drop(inbox, "while_it_was_down.csv")

    async with listening(inbox) as after:
        await after.heard(2)

    assert after.payloads[0]["first"] == [
        "family_portal/cachan/first.csv",
        "family_portal/cachan/while_it_was_down.csv",
    ]


async def test_nothing_is_deleted_or_changed(inbox: Path):
    kept = [drop(inbox, f"{number}.csv") for number in range(5)]

    async with listening(inbox) as listener:
        await listener.heard(5)

    assert all(marker.exists() and marker.with_suffix("").exists() for marker in kept)


async def test_a_file_without_its_marker_is_not_announced(inbox: Path):
    async with listening(inbox) as listener:
        drop(inbox, "half_written.csv").unlink()
        await asyncio.sleep(SETTLE_S)

    assert listener.payloads == []


def test_refused_files_are_not_markers(inbox: Path):
    drop(inbox, "requests.csv")
    refused = inbox / "_refused" / "cachan" / "old.csv.ready"
    refused.parent.mkdir(parents=True)
    refused.touch()

    assert [marker.path for marker in markers(inbox)] == ["family_portal/cachan/requests.csv.ready"]
