"""Records of API pages loaded, against plain orjson to a file and DuckDB's `read_json` of it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import orjson

from arobase.catalog import catalog
from arobase.json_pages import JsonSpool, PageOfRecords
from arobase.schema import ensure_tables
from bench.ratio import Ratio, in_turn

RECORDS = 200_000
PAGES = 200
LIMIT = 0.5

Record = dict[str, Any]


def measure(records: int = RECORDS) -> list[Ratio]:
    """Return records per second of both, on the same conversations cut into pages."""
    pages = [
        [_conversation(page, place) for place in range(records // PAGES)] for page in range(PAGES)
    ]
    with TemporaryDirectory() as folder:
        root = Path(folder)
        ours, floor = in_turn(lambda: _load(pages, root), lambda: _read(pages, root), rounds=3)
    note = f"{records:,} conversations in {PAGES} pages"
    return [
        Ratio(
            "API pages",
            records / ours,
            records / floor,
            "records/s",
            LIMIT,
            at_most=False,
            note=note,
        )
    ]


def _conversation(page: int, place: int) -> Record:
    return {
        "id": f"t_{page}_{place}",
        "updated_time": "2026-11-01T08:00:00+0000",
        "messages": [
            {
                "id": f"m_{page}_{place}_{number}",
                "created_time": f"2026-11-01T0{number}:00:00+0000",
                "from_page": number % 2 == 1,
            }
            for number in range(3)
        ],
    }


def _load(pages: list[list[Record]], root: Path) -> None:
    database = root / "ours.duckdb"
    database.unlink(missing_ok=True)
    now = datetime(2026, 11, 1, tzinfo=UTC)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set enable_progress_bar = false")
        ensure_tables(connection, catalog())
        connection.execute("begin transaction")
        with JsonSpool("facebook_page", root) as spool:
            for number, records in enumerate(pages, start=1):
                page = PageOfRecords(number, 1, "conversations", "cachan", now, {})
                spool.add(page, iter(records))
            spool.insert(connection)
        connection.execute("commit")
        connection.execute("checkpoint")


def _read(pages: list[list[Record]], root: Path) -> None:
    database, spool = root / "floor.duckdb", root / "floor.ndjson"
    database.unlink(missing_ok=True)
    with spool.open("wb") as stream:
        for records in pages:
            stream.writelines(orjson.dumps(record) + b"\n" for record in records)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute(f"create table t as select * from read_json('{spool}')")
        connection.execute("checkpoint")
