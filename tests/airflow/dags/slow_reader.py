"""A reader slower than what it reads: what an asset event alone would lose, and a folder does not."""

from __future__ import annotations

import os
import time
from pathlib import Path

from airflow.sdk import DAG, Asset, task

NEWS = Asset("slow_reader_news", uri="arobase://tests/slow_reader_news")
SECONDS_OF_WORK = 4

with DAG(dag_id="slow_reader", schedule=[NEWS], catchup=False, max_active_runs=1):

    @task
    def read_everything() -> list[str]:
        """Move all that waits to what was read, then take long over it."""
        waiting = Path(os.environ["AROBASE_HOME"], "slow_reader", "waiting")
        read = waiting.with_name("read")
        found = sorted(waiting.glob("*"))
        for path in found:
            path.replace(read / path.name)
        time.sleep(SECONDS_OF_WORK)
        return [path.name for path in found]

    read_everything()
