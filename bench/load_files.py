"""A dropped file loaded, against DuckDB reading it: `create table as select * from read_csv`."""

from __future__ import annotations

import os
import random
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from arobase.catalog import catalog
from arobase.connectors.base import Page
from arobase.inbox import DROPPED
from arobase.landing import Landing
from arobase.load import load
from arobase.settings import settings
from bench.ratio import Ratio, in_turn

ROWS = 2_000_000
LIMIT = 0.6

_HEADER = (
    "Id demande;Date de dépôt;Heure de dépôt;Type de démarche;Catégorie;Canal;Etat;"
    "Date de traitement;N° famille;Quotient familial;Montant (€)"
)
_PROCEDURES = (
    "Inscription scolaire;Scolaire",
    "Inscription restauration scolaire;Restauration",
    "Accueil de loisirs;Loisirs",
    "Changement d'adresse;Famille",
    "Attestation fiscale;Famille",
    "Crèche : pré-inscription;Petite enfance",
)
_CHANNELS = ("Internet",) * 8 + ("Guichet", "Courrier", "Téléphone")
_STATES = ("Traitée",) * 6 + ("En cours", "Refusée", "Annulée")


def measure(rows: int = ROWS) -> list[Ratio]:
    """Return rows per second of both, on an export of `rows` requests."""
    with TemporaryDirectory() as folder:
        root = Path(folder)
        export = root / "requests.csv"
        write_export(export, rows)
        ours, floor = in_turn(
            lambda: _load(export, root), lambda: _read(export, root / "floor.duckdb"), rounds=3
        )
    note = f"{rows:,} rows, {export.name}"
    return [
        Ratio("dropped file", rows / ours, rows / floor, "rows/s", LIMIT, at_most=False, note=note)
    ]


def write_export(path: Path, rows: int) -> None:
    """Write a family portal export as a town's product does: UTF-8 with its mark, `;`, CRLF."""
    chance = random.Random(1)
    first = date(2020, 8, 3)
    with path.open("w", encoding="utf-8-sig", newline="\r\n") as stream:
        stream.write(_HEADER + "\n")
        for number in range(rows):
            day = first + timedelta(days=number * 2200 // rows)
            state = chance.choice(_STATES)
            done = (
                "" if state == "En cours" else f"{day + timedelta(chance.randrange(20)):%d/%m/%Y}"
            )
            stream.write(
                f"D{number:08d};{day:%d/%m/%Y};{chance.randrange(24):02d}:{chance.randrange(60):02d};"
                f"{chance.choice(_PROCEDURES)};{chance.choice(_CHANNELS)};{state};{done};"
                f"{chance.randrange(90_000):07d};{chance.randrange(3000)},{chance.randrange(100):02d};"
                f"{chance.randrange(300)},{chance.randrange(100):02d}\n"
            )


def _load(export: Path, root: Path) -> None:
    home = root / "home"
    shutil.rmtree(home, ignore_errors=True)
    os.environ["AROBASE_HOME"] = str(home)
    settings.cache_clear()
    catalog.cache_clear()
    now = datetime(2026, 11, 1, tzinfo=UTC)
    page = Page(DROPPED, export.name, export.read_bytes(), "text/csv", now)
    Landing(settings().landing).land("family_portal", "cachan", now, [page])
    report = load()
    assert report.rows_in == report.rows_loaded, report


def _read(export: Path, database: Path) -> None:
    database.unlink(missing_ok=True)
    with duckdb.connect(str(database)) as connection:
        connection.execute("set enable_progress_bar = false")
        connection.execute("create table t as select * from read_csv(?)", [str(export)])
        connection.execute("checkpoint")
