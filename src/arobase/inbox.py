"""Dropped files: a person or a program leaves one with its marker, and we claim it into landing.

`inbox/<source>/<town>/<name>`, then `<name>.ready` beside it, empty, once the file is whole. A file
without its marker is still being written, and is not touched. A claim lands the bytes before it
removes anything: stopped anywhere, the next claim takes up what is left, and the loader knows a
file that was landed twice.
"""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from arobase.catalog import Arrival, Source, catalog
from arobase.connectors.base import Page
from arobase.errors import UsageError
from arobase.landing import Landing, write_atomically
from arobase.settings import current_time, settings

READY = ".ready"
REFUSED = "_refused"
DROPPED = "_dropped"
"""Stream of a page whose header will say which stream it is."""

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".txt": "text/csv",
    ".tsv": "text/csv",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".json": "application/json",
}
MOST_BYTES = 512 * 1024 * 1024
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """What one claim did."""

    landed: tuple[tuple[str, str, str], ...]
    """Source, town and name of each file."""

    refused: tuple[tuple[Path, str], ...]
    """Each file that was set aside, and why."""


class _Refused(Exception):
    """Why a file cannot be landed, in French and English."""


def drop(file: Path | bytes, name: str, source_id: str, city_id: str) -> Path:
    """Leave a file and its marker in the inbox, and return where the file is.

    Raises:
        UsageError: no such dropped source, town, or file.
    """
    try:
        _source(source_id, city_id)
    except _Refused as error:
        raise UsageError(str(error)) from error
    body = file if isinstance(file, bytes) else _content(file)
    folder = settings().inbox / source_id / city_id
    path = folder / safe_name(name)
    while path.exists():
        path = folder / f"{path.stem}-{secrets.token_hex(2)}{path.suffix}"
    write_atomically(path, body)
    write_atomically(path.with_name(path.name + READY), b"")
    return path


def ready() -> list[Path]:
    """Return the files that have their marker, oldest marker first."""
    markers = [
        marker
        for marker in settings().inbox.glob(f"*/*/*{READY}")
        if not marker.relative_to(settings().inbox).parts[0].startswith("_")
    ]
    return [_file_of(marker) for marker in sorted(markers, key=_age) if _exists(_file_of(marker))]


def claim(now: datetime | None = None) -> ClaimReport:
    """Land every file that is ready, then remove it; set aside those that cannot be."""
    landed: list[tuple[str, str, str]] = []
    refused: list[tuple[Path, str]] = []
    for path in ready():
        source_id, city_id, name = path.relative_to(settings().inbox).parts
        try:
            _land(path, source_id, city_id, now or current_time())
        except _Refused as error:
            refused.append((_set_aside(path, str(error)), str(error)))
            _land_refusal(source_id, city_id, name, str(error), now or current_time())
        except FileNotFoundError:
            # Somebody took it between our look and our reading: nothing to claim, nothing lost.
            continue
        else:
            landed.append((source_id, city_id, name))
        _remove(path)
    _forget_orphans()
    return ClaimReport(tuple(landed), tuple(refused))


def safe_name(name: str) -> str:
    """Return a file name without folders, accents, control characters, or a leading dot."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = unicodedata.normalize("NFKD", last).encode("ascii", "ignore").decode()
    kept = re.sub(r"[^A-Za-z0-9._-]+", "_", plain).strip("._") or "file"
    stem, dot, suffix = kept.rpartition(".")
    if not dot or len(suffix) > 8:
        return kept[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(suffix) - 1]}.{suffix}"


def _source(source_id: str, city_id: str) -> Source:
    known = catalog()
    source = known.sources.get(source_id)
    if source is None or source.arrival is not Arrival.drop:
        drops = ", ".join(
            each.id for each in known.sources.values() if each.arrival is Arrival.drop
        )
        raise _Refused(
            f"Aucune source de dépôt « {source_id} » (connues : {drops}).\n"
            f"No drop source “{source_id}” (known: {drops})."
        )
    city = known.cities.get(city_id)
    if city is None or source_id not in city.sources:
        towns = ", ".join(each.id for each in known.cities.values() if source_id in each.sources)
        raise _Refused(
            f"La ville « {city_id} » ne dépose pas {source_id} (villes : {towns}).\n"
            f"Town “{city_id}” does not drop {source_id} (towns: {towns})."
        )
    return source


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror})") from error


def _land(path: Path, source_id: str, city_id: str, now: datetime) -> None:
    _source(source_id, city_id)
    body = _trusted_bytes(path)
    page = Page(
        stream=DROPPED,
        url=path.name,
        body=body,
        media_type=MEDIA_TYPES.get(path.suffix.lower(), "application/octet-stream"),
        fetched_at=now,
    )
    Landing(settings().landing).land(source_id, city_id, now, [page])


def _trusted_bytes(path: Path) -> bytes:
    """Read a file that really is in the inbox: never through a link, never a pipe or a device."""
    inside = settings().inbox.resolve()
    if path.parent.is_symlink() or path.parent.parent.is_symlink():
        raise _Refused("Dossier relié vers ailleurs : refusé.\nThe folder is a link: refused.")
    if not path.parent.resolve().is_relative_to(inside):
        raise _Refused("Hors de la boîte de dépôt : refusé.\nOutside the inbox: refused.")
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise _Refused(
            "Ce n'est pas un fichier ordinaire (un lien, un dossier, un tube) : refusé.\n"
            "Not an ordinary file (a link, a folder, a pipe): refused."
        )
    if path.stat().st_size > MOST_BYTES:
        raise _Refused(
            f"Plus de {MOST_BYTES // 2**20} Mio : déposez le fichier en plusieurs parties.\n"
            f"More than {MOST_BYTES // 2**20} MiB: drop the file in several parts."
        )
    try:
        # O_NOFOLLOW: a link put there since we looked is refused too.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except PermissionError as error:
        raise _Refused(
            f"Lecture refusée par le système ({error.strerror}).\n"
            f"The system refuses to read it ({error.strerror})."
        ) from error
    with open(descriptor, "rb") as stream:
        return stream.read()


def _set_aside(path: Path, why: str) -> Path:
    """Move a refused file, a link as a link, where a person finds it with its reason."""
    folder = settings().inbox / REFUSED
    folder.mkdir(parents=True, exist_ok=True)
    source_id, city_id, name = path.relative_to(settings().inbox).parts
    kept = folder / f"{source_id}-{city_id}-{secrets.token_hex(4)}-{safe_name(name)}"
    path.rename(kept)
    write_atomically(kept.with_name(kept.name + ".txt"), (why + "\n").encode())
    return kept


def _land_refusal(source_id: str, city_id: str, name: str, why: str, now: datetime) -> None:
    """Tell the pages, when it is clear whose file it was."""
    known = catalog()
    if source_id in known.sources and city_id in known.cities:
        Landing(settings().landing).land_failure(source_id, city_id, now, f"{name} : {why}")


def _remove(path: Path) -> None:
    # The marker first: a file without marker is ignored, a marker without file is harmless.
    path.with_name(path.name + READY).unlink(missing_ok=True)
    path.unlink(missing_ok=True)


def _forget_orphans() -> None:
    """Remove markers whose file is gone: a claim was stopped between the two removals, or worse."""
    for marker in settings().inbox.glob(f"*/*/*{READY}"):
        if not _exists(_file_of(marker)):
            marker.unlink(missing_ok=True)


def _file_of(marker: Path) -> Path:
    return marker.with_name(marker.name.removesuffix(READY))


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _age(marker: Path) -> tuple[int, str]:
    try:
        return marker.lstat().st_mtime_ns, marker.name
    except FileNotFoundError:
        return 0, marker.name
