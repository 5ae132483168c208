"""ZIP containers (workbooks, open-data archives): refused before reading when they would swell."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from arobase.errors import SourceChanged

MOST_MEMBERS = 2000
MOST_BYTES = 1024 * 1024 * 1024
HIGHEST_RATIO = 200
RATIO_MATTERS_ABOVE = 20 * 1024 * 1024

_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")
_TABLE_SUFFIXES = (".csv", ".txt", ".tsv", ".xlsx")
_CHUNK_BYTES = 1024 * 1024


def is_zip(path: Path) -> bool:
    """Return whether a file starts as a ZIP does."""
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04"


def is_workbook(path: Path) -> bool:
    """Return whether a ZIP is a spreadsheet.

    Raises:
        SourceChanged: the ZIP is damaged, or would swell beyond reason.
    """
    with _opened(path) as archive:
        return any(part in archive.namelist() for part in _WORKBOOK_PARTS)


def check_size(path: Path) -> None:
    """Unpack a container without keeping anything: its own word on its size is not to be trusted.

    Raises:
        SourceChanged: it would swell beyond reason, or is damaged.
    """
    with _opened(path) as archive:
        try:
            for member in archive.infolist():
                _read(archive, member)
        except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
            raise SourceChanged(_damaged(str(error))) from error


def tables_inside(path: Path, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Unpack the tables of an archive, and yield each one's name and file.

    Raises:
        SourceChanged: the archive is damaged, or would swell beyond reason.
    """
    with _opened(path) as archive:
        for place, member in enumerate(archive.infolist()):
            name = PurePosixPath(member.filename)
            if member.is_dir() or name.suffix.lower() not in _TABLE_SUFFIXES:
                continue
            # Named by us: a member's own path may point anywhere.
            target = scratch / f"{path.stem}-{place}{name.suffix.lower()}"
            try:
                _read(archive, member, target)
            except (zipfile.BadZipFile, RuntimeError, EOFError) as error:
                raise SourceChanged(_damaged(f"{name}: {error}")) from error
            yield member.filename, target


def _opened(path: Path) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError) as error:
        raise SourceChanged(_damaged(str(error))) from error
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    if (
        len(members) > MOST_MEMBERS
        or unpacked > MOST_BYTES
        or unpacked > max(RATIO_MATTERS_ABOVE, HIGHEST_RATIO * path.stat().st_size)
    ):
        archive.close()
        raise SourceChanged(_too_big(len(members), unpacked))
    return archive


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path | None = None) -> None:
    with archive.open(member) as source, open(target or "/dev/null", "wb") as sink:
        read = 0
        while chunk := source.read(_CHUNK_BYTES):
            read += len(chunk)
            if read > MOST_BYTES:
                raise SourceChanged(_too_big(1, read))
            sink.write(chunk)


def _damaged(detail: str) -> str:
    return (
        f"Le fichier compressé est abîmé ou incomplet ({detail}) : exportez-le à nouveau.\n"
        f"The compressed file is damaged or incomplete ({detail}): export it again."
    )


def _too_big(members: int, unpacked: int) -> str:
    size = unpacked // 2**20
    return (
        f"Fichier compressé refusé : {members} éléments, {size} Mio une fois décompressé. Une table"
        " de cette taille se dépose en CSV.\n"
        f"Compressed file refused: {members} members, {size} MiB once unpacked. Drop a table of"
        " this size as CSV."
    )
