"""Landing: bytes as received, content-addressed, append-only, atomic; nothing is decoded here.

Layout, under `$AROBASE_HOME/landing`:

* `<source>/<city>/<yyyy-mm-dd>/<sha256>.<ext>`: a body, written once;
* `<source>/<city>/<yyyy-mm-dd>/<batch>.json`: the manifest of a batch, written last, so that a
  batch exists exactly when its manifest does;
* `_pending/<batch>.json`: a link to the manifest until the batch is loaded.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from arobase.connectors.base import Notice, Page

EXTENSIONS = {
    "application/json": "json",
    "text/csv": "csv",
    "text/html": "html",
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}


class LandedNotice(BaseModel):
    """A notice as the manifest keeps it."""

    model_config = ConfigDict(frozen=True)

    severity: Literal["info", "warning", "critical"]
    stream: str
    code: str
    message_fr: str
    message_en: str


class LandedPage(BaseModel):
    """Where a page's bytes are, and where they came from."""

    model_config = ConfigDict(frozen=True)

    stream: str
    url: str
    media_type: str
    fetched_at: AwareDatetime
    sha256: str
    size_bytes: int
    context: dict[str, str] = {}


class Manifest(BaseModel):
    """One batch: what one pull, or one dropped file, brought for one source and town."""

    model_config = ConfigDict(frozen=True)

    batch: str
    """Sortable by the real instant of landing; unique."""

    source_id: str
    city_id: str
    received_at: AwareDatetime
    """The product's clock at reception."""

    status: Literal["received", "failed"] = "received"
    error: str = ""
    """For a failed pull: what happened and what to do, as text for people."""

    pages: tuple[LandedPage, ...] = ()
    notices: tuple[LandedNotice, ...] = ()

    asked_by: tuple[str, ...] = ()
    """For a national source: the towns that had asked for it."""


@dataclass(frozen=True, slots=True)
class Landing:
    """The landing folder."""

    root: Path

    def land(
        self,
        source_id: str,
        city_id: str,
        received_at: datetime,
        pages: Sequence[Page],
        notices: Sequence[Notice] = (),
        asked_by: Sequence[str] = (),
    ) -> Manifest:
        """Keep the bytes of a batch for ever, and leave it pending for the loader."""
        folder = self._folder(source_id, city_id, received_at)
        manifest = Manifest(
            batch=_batch_name(),
            source_id=source_id,
            city_id=city_id,
            received_at=received_at,
            pages=tuple(self._keep(folder, page) for page in pages),
            notices=tuple(_landed_notice(notice) for notice in notices),
            asked_by=tuple(asked_by),
        )
        self._commit(folder, manifest)
        return manifest

    def land_failure(
        self, source_id: str, city_id: str, received_at: datetime, error: str
    ) -> Manifest:
        """Keep the fact that a pull failed, so that the pages can say so."""
        folder = self._folder(source_id, city_id, received_at)
        manifest = Manifest(
            batch=_batch_name(),
            source_id=source_id,
            city_id=city_id,
            received_at=received_at,
            status="failed",
            error=error,
        )
        self._commit(folder, manifest)
        return manifest

    def pending(self) -> Iterator[Manifest]:
        """Yield the batches not yet marked as loaded, oldest first."""
        for path in sorted(self._pending_folder.glob("*.json")):
            content = path.read_bytes()
            manifest = Manifest.model_validate_json(content)
            kept = self._folder(manifest.source_id, manifest.city_id, manifest.received_at)
            if not (kept / path.name).exists():
                # Landing was stopped between its two copies: a rebuild must find this batch too.
                write_atomically(kept / path.name, content)
            yield manifest

    def all(self) -> Iterator[Manifest]:
        """Yield every batch ever landed, oldest first: what a rebuild from nothing loads."""
        paths = self.root.glob("[!_]*/*/*/*-*.json")
        for path in sorted(paths, key=lambda path: path.name):
            yield Manifest.model_validate_json(path.read_bytes())

    def received(self, source_id: str, city_id: str) -> Iterator[Manifest]:
        """Yield the batches of a source and town, newest first; reads only as many as are taken."""
        days = sorted(self.root.glob(f"{source_id}/{city_id}/*"), reverse=True)
        for day in days:
            for path in sorted(day.glob("*-*.json"), reverse=True):
                yield Manifest.model_validate_json(path.read_bytes())

    def loaded(self, batch: str) -> None:
        """Take a batch off the pending list. Call only after its rows are committed."""
        (self._pending_folder / f"{batch}.json").unlink(missing_ok=True)

    def body_path(self, manifest: Manifest, page: LandedPage) -> Path:
        """Return the file that holds a page's bytes."""
        folder = self._folder(manifest.source_id, manifest.city_id, manifest.received_at)
        return folder / f"{page.sha256}.{_extension(page.media_type)}"

    def page(self, manifest: Manifest, landed: LandedPage) -> Page:
        """Return a page as it was received."""
        return Page(
            stream=landed.stream,
            url=landed.url,
            body=self.body_path(manifest, landed).read_bytes(),
            media_type=landed.media_type,
            fetched_at=landed.fetched_at,
            context=landed.context,
        )

    @property
    def _pending_folder(self) -> Path:
        return self.root / "_pending"

    def _folder(self, source_id: str, city_id: str, received_at: datetime) -> Path:
        return self.root / source_id / city_id / f"{received_at:%Y-%m-%d}"

    def _keep(self, folder: Path, page: Page) -> LandedPage:
        digest = hashlib.sha256(page.body).hexdigest()
        path = folder / f"{digest}.{_extension(page.media_type)}"
        if not path.exists():
            write_atomically(path, page.body)
        return LandedPage(
            stream=page.stream,
            url=page.url,
            media_type=page.media_type,
            fetched_at=page.fetched_at,
            sha256=digest,
            size_bytes=len(page.body),
            context=dict(page.context),
        )

    def _commit(self, folder: Path, manifest: Manifest) -> None:
        content = manifest.model_dump_json().encode()
        # Pending first: stopped between the two, the batch is loaded all the same (see `pending`).
        write_atomically(self._pending_folder / f"{manifest.batch}.json", content)
        write_atomically(folder / f"{manifest.batch}.json", content)


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole, on disk, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{secrets.token_hex(4)}.partial")
    try:
        with partial.open("wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _batch_name() -> str:
    return f"{time.time_ns():020d}-{secrets.token_hex(4)}"


def _extension(media_type: str) -> str:
    return EXTENSIONS.get(media_type.partition(";")[0].strip().lower(), "bin")


def _landed_notice(notice: Notice) -> LandedNotice:
    return LandedNotice(
        severity=notice.severity,
        stream=notice.stream,
        code=notice.code,
        message_fr=notice.message.fr,
        message_en=notice.message.en,
    )
