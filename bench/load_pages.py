"""Landed API pages into raw, against the least that can be done: orjson to NDJSON, `read_json`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import orjson

from arobase.connectors.base import Page
from arobase.landing import Landing
from arobase.load import load
from arobase.settings import settings
from bench.home import TOWN, temporary_home, use
from bench.ratio import Ratio, in_turn

RECORDS = 200_000
ON_A_PAGE = 100
LIMIT = 0.5
NOW = datetime(2026, 11, 1, tzinfo=UTC)

Card = dict[str, Any]


def measure(records: int = RECORDS) -> list[Ratio]:
    """Return records per second of both, on the catalogue of a portal of `records` datasets."""
    cards = [_card(number) for number in range(records)]
    with temporary_home() as root:
        landed, loaded = root / "landed", root / "loaded"
        use(landed)
        Landing(settings().landing).land("opendatasoft", TOWN, NOW, list(_pages(cards)))

        def ours() -> None:
            shutil.rmtree(loaded, ignore_errors=True)
            # The bytes are there before the clock of a load starts; links cost a few hundred µs.
            shutil.copytree(landed, loaded, copy_function=_link)
            use(loaded)
            if load().rows_loaded != records:
                raise AssertionError("some records were not loaded")

        seconds, floor = in_turn(ours, lambda: _read(cards, root / "floor"))
    note = f"{records:,} cards, {ON_A_PAGE} a page; the floor has them decoded already"
    rates = records / seconds, records / floor
    return [Ratio("API pages", *rates, "rows/s", LIMIT, at_most=False, note=note)]


def _read(cards: list[Card], folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    lines = folder / "cards.ndjson"
    lines.write_bytes(b"\n".join(map(orjson.dumps, cards)))
    with duckdb.connect(str(folder / "floor.duckdb")) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("create table t as select * from read_json(?)", [str(lines)])
        connection.execute("checkpoint")


def _pages(cards: list[Card]) -> Iterator[Page]:
    for offset in range(0, len(cards), ON_A_PAGE):
        results = cards[offset : offset + ON_A_PAGE]
        body = orjson.dumps({"total_count": len(cards), "results": results})
        url = f"https://portal.example/api/explore/v2.1/catalog/datasets?offset={offset}"
        yield Page("datasets", url, body, "application/json", NOW)


def _card(number: int) -> Card:
    """Return a card as a portal gives it."""
    return {
        "visibility": "domain",
        "dataset_id": f"jeu-de-donnees-{number:06d}",
        "dataset_uid": f"da_{number:06d}",
        "has_records": True,
        "data_visible": True,
        "features": ["analyze", "timeserie"],
        "metas": {
            "default": {
                "title": f"Jeu de données n° {number}",
                "description": "<p>Les équipements publics de la ville, avec leur adresse.</p>",
                "theme": ["Administration, Gouvernement, Finances publiques"],
                "keyword": ["équipements", "adresse"],
                "modified": "2026-03-01T09:00:00+00:00",
                "data_processed": "2026-03-01T09:00:00+00:00",
                "metadata_processed": "2026-03-02T09:00:00+00:00",
                "records_count": number * 7 % 5000,
                "license": "Licence Ouverte v2.0 (Etalab)",
                "publisher": "Ville",
                "language": "fr",
            }
        },
    }


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)
