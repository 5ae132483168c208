"""The checks of `arobase doctor`. Each yields what it found; none changes anything."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

from arobase.catalog import Catalog, Text, catalog
from arobase.errors import ArobaseError, CatalogError, NothingPublished, WarehouseBusy
from arobase.published import published
from arobase.settings import current_time, environment_id, secret_from_environment, settings
from arobase.supervisor import ports
from arobase.supervisor.services import wanted_ports
from arobase.warehouse import MINIMUM_FREE_BYTES, writer_lock

State = Literal["right", "note", "wrong"]
SIGNS = {"right": "ok", "note": "--", "wrong": "!!"}
LARGEST_CLOCK_SHIFT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found."""

    check: str
    state: State
    found: Text
    remedy: Text | None = None

    def line(self, language: str) -> str:
        """Return the finding, and its remedy under it, for a person."""
        line = f"{SIGNS[self.state]}  {self.found.in_language(language)}"
        return f"{line}\n    -> {self.remedy.in_language(language)}" if self.remedy else line


def check_everything(*, sandbox: bool) -> Iterator[Finding]:
    """Run every check."""
    yield _python()
    yield from _ports(sandbox=sandbox)
    yield _disk()
    yield from _catalog(sandbox=sandbox)
    yield _warehouse()
    yield _published()
    yield _clock()


def _python() -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] == (3, 11):
        return Finding("python", "right", _both(f"Python {found}"))
    return Finding(
        "python",
        "wrong",
        _both(f"Python {found}"),
        Text(
            fr="Installez Python 3.11, puis : make install",
            en="Install Python 3.11, then: make install",
        ),
    )


def _ports(*, sandbox: bool) -> Iterator[Finding]:
    for each in wanted_ports(settings(), sandbox=sandbox):
        if ports.is_free(each.port):
            yield Finding(
                "port",
                "right",
                Text(
                    fr=f"Port {each.port} libre ({each.service})",
                    en=f"Port {each.port} is free ({each.service})",
                ),
            )
        else:
            holder = ports.holder(each.port) or "?"
            yield Finding(
                "port",
                "note",
                Text(
                    fr=f"Port {each.port} ({each.service}) pris par {holder}",
                    en=f"Port {each.port} ({each.service}) taken by {holder}",
                ),
                Text(
                    fr=f"Si ce n'est pas Arobase : {each.variable}={ports.free_port()}",
                    en=f"If that is not Arobase: {each.variable}={ports.free_port()}",
                ),
            )


def _disk() -> Finding:
    home = settings().home
    existing = next(path for path in (home, *home.parents) if path.exists())
    free = shutil.disk_usage(existing).free
    text = Text(
        fr=f"{free / 1e9:.1f} Go libres pour {home}", en=f"{free / 1e9:.1f} GB free for {home}"
    )
    if free >= MINIMUM_FREE_BYTES:
        return Finding("disk", "right", text)
    least = f"{MINIMUM_FREE_BYTES / 1e6:.0f}"
    return Finding(
        "disk",
        "wrong",
        text,
        Text(
            fr=f"Libérez de la place ({least} Mo au moins), ou changez AROBASE_HOME",
            en=f"Make room (at least {least} MB), or change AROBASE_HOME",
        ),
    )


def _catalog(*, sandbox: bool) -> Iterator[Finding]:
    try:
        known = catalog()
    except CatalogError as error:
        yield Finding(
            "catalog",
            "wrong",
            _both(str(error)),
            Text(fr="Corrigez ce fichier", en="Correct this file"),
        )
        return
    cities, sources = len(known.cities), len(known.sources)
    yield Finding(
        "catalog",
        "right",
        Text(
            fr=f"Catalogue : {cities} villes, {sources} sources",
            en=f"Catalogue: {cities} towns, {sources} sources",
        ),
    )
    if not sandbox:
        yield from _secrets(known)


def _secrets(known: Catalog) -> Iterator[Finding]:
    """One finding for each source that needs tokens: they are got in the same place."""
    for source in known.sources.values():
        towns = [city for city in known.cities.values() if source.id in city.sources]
        if not source.needs_secret or not towns:
            continue
        without = [city for city in towns if not secret_from_environment(city.id, source.id)]
        if not without:
            text = Text(fr=f"Jetons : {source.title.fr}", en=f"Tokens: {source.title.en}")
            yield Finding("secret", "right", text)
            continue
        names = ", ".join(city.name for city in without)
        variables = " ".join(_variable(city.id, source.id) for city in without)
        how = source.secret_help or _both("")
        yield Finding(
            "secret",
            "note",
            Text(
                fr=f"Pas de jeton dans l'environnement : {source.title.fr} ({names})",
                en=f"No token in the environment: {source.title.en} ({names})",
            ),
            Text(fr=f"{variables}  {how.fr}", en=f"{variables}  {how.en}"),
        )


def _variable(city_id: str, source_id: str) -> str:
    return f"AROBASE_SECRET__{environment_id(city_id)}__{environment_id(source_id)}"


def _warehouse() -> Finding:
    path = settings().warehouse
    if not path.exists():
        return Finding(
            "warehouse",
            "note",
            Text(fr="Entrepôt : pas encore créé", en="Warehouse: not made yet"),
            _both("arobase run"),
        )
    try:
        with writer_lock(wait_s=0):
            damaged = _magic(path) != b"DUCK"
    except WarehouseBusy:
        return Finding(
            "warehouse",
            "right",
            Text(fr="Entrepôt : en cours d'écriture", en="Warehouse: being written"),
        )
    if damaged:
        return Finding(
            "warehouse",
            "wrong",
            Text(fr=f"Entrepôt endommagé : {path}", en=f"Damaged warehouse: {path}"),
            Text(
                fr="Déplacez ce fichier, puis : arobase refresh --full (l'archive a tout)",
                en="Move this file away, then: arobase refresh --full (landing has it all)",
            ),
        )
    return Finding("warehouse", "right", Text(fr="Entrepôt : lisible", en="Warehouse: readable"))


def _magic(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(8)  # after the checksum of DuckDB's main header
        return file.read(4)


def _published() -> Finding:
    try:
        publication = published().current().publication()
    except NothingPublished:
        return Finding(
            "published",
            "note",
            Text(fr="Rien n'est encore publié", en="Nothing is published yet"),
            _both("arobase run"),
        )
    except ArobaseError as error:
        return Finding("published", "wrong", _both(str(error)), _both("arobase refresh"))
    at = f"{publication.published_at:%Y-%m-%d %H:%M} UTC"
    return Finding(
        "published",
        "right",
        Text(
            fr=f"Version {publication.version} publiée le {at}",
            en=f"Version {publication.version} published on {at}",
        ),
    )


def _clock() -> Finding:
    now = current_time()
    shown = f"{now:%Y-%m-%d %H:%M} UTC"
    if abs(now - datetime.now(UTC)) <= LARGEST_CLOCK_SHIFT:
        return Finding("clock", "right", Text(fr=f"Horloge : {shown}", en=f"Clock: {shown}"))
    return Finding(
        "clock",
        "note",
        Text(fr=f"Horloge figée au {shown}", en=f"The clock is frozen at {shown}"),
        Text(
            fr="Pour revenir à l'heure présente : unset AROBASE_NOW",
            en="To come back to the present: unset AROBASE_NOW",
        ),
    )


def _both(text: str) -> Text:
    return Text(fr=text, en=text)
