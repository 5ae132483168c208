"""The flows of a dropped file with nothing in them: as many hops, woken the same way.

A marker wakes a flow of one task, whose asset wakes a flow of three tasks that take turns. The last
one leaves a file, so that its end is seen the way a published version is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from airflow.sdk import DAG, Asset, AssetWatcher, task

from arobase.orchestration import flows
from arobase.orchestration.inbox_trigger import InboxTrigger

BENCH = Path(os.environ["AROBASE_HOME"], "bench")
WATCHER = AssetWatcher("empty_inbox", trigger=InboxTrigger(str(BENCH / "inbox")))
MARKED = Asset("empty_inbox", uri="arobase://bench/inbox", watchers=[WATCHER])
LANDED = Asset("empty_landed", uri="arobase://bench/landed")
SHOWN = Asset("empty_shown", uri="arobase://bench/shown")
EVERYTHING: dict[str, Any] = {"catchup": False, "max_active_runs": 1}

with DAG(dag_id="empty_inbox", schedule=[MARKED], **EVERYTHING):

    @task(outlets=[LANDED])
    def claim() -> None:
        """Do nothing."""

    claim()

with DAG(
    dag_id="empty_refresh",
    schedule=[LANDED],
    default_args={"pool": flows.WRITER_POOL},
    **EVERYTHING,
):

    @task
    def build() -> None:
        """Do nothing."""

    @task
    def audit() -> None:
        """Do nothing."""

    @task(outlets=[SHOWN])
    def publish(run_id: str) -> None:
        """Leave a sign."""
        sign = BENCH / "shown" / run_id.replace("/", "_")
        sign.parent.mkdir(parents=True, exist_ok=True)
        sign.touch()

    build() >> audit() >> publish()
