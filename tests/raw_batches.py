"""Raw rows for tests, as the loader would have written them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from arobase.catalog import catalog

Records = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class RawBatches:
    """Writes batches into the warehouse of this test."""

    connection: duckdb.DuckDBPyConnection

    def receive(
        self, source: str, city: str, day: str, *, status: str = "loaded", **streams: Records
    ) -> int:
        """Write one batch received at 06:00 UTC of a day, and return its id."""
        row = self.connection.execute("select coalesce(max(_batch_id), 0) + 1 from raw.batches")
        (batch_id,) = row.fetchone()
        received_at = datetime.fromisoformat(day).replace(hour=6, tzinfo=UTC)
        self.connection.execute(
            "insert into raw.batches (_batch_id, batch, source_id, city_id, received_at, status)"
            " values (?, ?, ?, ?, ?, ?)",
            [batch_id, f"{batch_id:020d}", source, city, received_at, status],
        )
        for stream, records in streams.items():
            for line, record in enumerate(records, start=2):
                self._insert(source, stream, record, (city, batch_id, received_at, line))
        return batch_id

    def _insert(self, source: str, stream: str, record: Mapping[str, Any], facts: tuple) -> None:
        is_json = catalog().sources[source].streams[stream].format == "json"
        content = {"record": json.dumps(record)} if is_json else dict(record)
        columns = [*content, "city_id", "_batch_id", "_received_at", "_row"]
        self.connection.execute(
            f"insert into raw.{source}__{stream} ({', '.join(columns)})"
            f" values ({', '.join('?' for _ in columns)})",
            [*content.values(), *facts],
        )


def account(account_id: str, status: str = "active") -> dict[str, Any]:
    return {"account_id": account_id, "opened_on": "03/08/2020", "status": status}


def request(request_id: str, day: str, status: str = "accepted") -> dict[str, Any]:
    return {
        "request_id": request_id,
        "submitted_on": day,
        "channel": "internet",
        "status": status,
    }


def conversation(conversation_id: str, *messages: tuple[str, str]) -> dict[str, Any]:
    """Return a conversation from (who, instant) pairs; who is `town` or anybody else."""
    return {
        "id": conversation_id,
        "messages": [
            {
                "id": f"{conversation_id}-{instant}",
                "created_time": instant,
                "from_page": who == "town",
            }
            for who, instant in messages
        ],
    }


def coverage(insee_code: str, quarter_end: str, reached: int, premises: int) -> dict[str, Any]:
    return {
        "code_insee": insee_code,
        "nbr": str(premises),
        "elig_ftth": str(reached),
        "date": quarter_end,
    }


def process(budget_id: str, ends_on: str) -> dict[str, Any]:
    edges = [{"node": {"id": budget_id}}]
    return {"id": "1", "endDate": ends_on, "components": [{"id": "2", "budgets": {"edges": edges}}]}


def project(project_id: str, budget_id: str, online: int, paper: int | None) -> dict[str, Any]:
    return {
        "id": project_id,
        "budget_id": budget_id,
        "confirmed_votes": str(online),
        "paper_votes": None if paper is None else str(paper),
    }
