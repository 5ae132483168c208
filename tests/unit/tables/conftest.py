"""A dropped file goes through the real loader; tests look at what is in the warehouse afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from arobase import warehouse
from arobase.connectors.base import Page
from arobase.inbox import DROPPED
from arobase.landing import Landing
from arobase.load import load
from arobase.settings import settings


@dataclass(frozen=True)
class Dropped:
    """What one dropped file became."""

    batch: dict
    rows: dict[str, list[dict]]
    quarantine: list[dict]
    notices: list[dict]

    @property
    def requests(self) -> list[dict]:
        return self.rows["requests"]

    @property
    def accounts(self) -> list[dict]:
        return self.rows["accounts"]


@pytest.fixture
def load_file(home: Path) -> Callable[..., Dropped]:
    def load_one(body: bytes, name: str = "export.csv", media: str = "text/csv") -> Dropped:
        now = datetime(2020, 10, 1, 6, tzinfo=UTC)
        page = Page(DROPPED, name, body, media, now)
        Landing(settings().landing).land("family_portal", "cachan", now, [page])
        report = load()
        assert report.batches == 1
        assert report.rows_in == (
            report.rows_loaded + report.rows_quarantined + report.rows_deduplicated
        )
        with warehouse.writer() as connection:

            def last(table: str, order: str) -> list[dict]:
                found = connection.execute(
                    f"select * from raw.{table} where _batch_id ="
                    f" (select max(_batch_id) from raw.batches) order by {order}"
                )
                names = [column[0] for column in found.description]
                return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

            return Dropped(
                last("batches", "1")[0],
                {
                    stream: last(f"family_portal__{stream}", "_row")
                    for stream in ("accounts", "requests", "bookings")
                },
                last("quarantine", "line"),
                last("notices", "code, message_fr"),
            )

    return load_one
