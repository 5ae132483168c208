"""The files of the published versions: each is made aside, then the link is moved by rename."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CURRENT = "marts.duckdb"
"""Name of the link to the newest version."""

KEPT = 5
"""Versions kept, the newest included; a reader may still be on an older one."""

_FIRST_AFTER_NOTHING = 1


@dataclass(frozen=True, slots=True)
class Versions:
    """The published folder. One publisher at a time: the warehouse's lock sees to it."""

    folder: Path

    @property
    def link(self) -> Path:
        """The path that readers resolve."""
        return self.folder / CURRENT

    def newest_first(self) -> Iterator[Path]:
        """Yield the version that readers see, then the ones before it."""
        shown = self.link.resolve()
        if not shown.is_file():
            shown = max(self._files(), key=number, default=shown)
        yield from sorted(
            (path for path in self._files() if number(path) <= number(shown)),
            key=number,
            reverse=True,
        )

    def next_number(self) -> int:
        """Return the number after the one readers see; a version never shown gives its own back."""
        newest = next(self.newest_first(), None)
        return number(newest) + 1 if newest else _FIRST_AFTER_NOTHING

    def aside(self, copied: Path | None = None) -> Path:
        """Return the path of a version in the making: a copy of another one, or nothing yet."""
        self._versions.mkdir(parents=True, exist_ok=True)
        for left_over in self._versions.glob(".next*"):
            left_over.unlink()
        path = self._versions / ".next.duckdb"
        if copied is not None:
            shutil.copyfile(copied, path)
        return path

    def show(self, aside: Path, version: int) -> Path:
        """Make a finished file the version that readers see, at once and for good."""
        _flush(aside)
        path = self._versions / f"marts-{version:06d}.duckdb"
        aside.rename(path)
        _flush(self._versions)
        link = self.folder / f".{CURRENT}.next"
        link.unlink(missing_ok=True)
        link.symlink_to(path.relative_to(self.folder))
        link.rename(self.link)
        _flush(self.folder)
        self._prune(version)
        return path

    @property
    def _versions(self) -> Path:
        return self.folder / "versions"

    def _files(self) -> Iterator[Path]:
        return (path for path in self._versions.glob("marts-*.duckdb") if number(path))

    def _prune(self, shown: int) -> None:
        for path in list(self._files()):
            if not shown - KEPT < number(path) <= shown:
                path.unlink()


def number(path: Path) -> int:
    """Return the number in a version's file name; 0 when it is no version."""
    match = re.fullmatch(r"marts-(\d+)\.duckdb", path.name)
    return int(match[1]) if match else 0


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
