"""One landed batch into raw tables: which pages are read how, and what became of each record."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from urllib.parse import urlsplit

import duckdb

from arobase.catalog import Arrival, Source, Stream
from arobase.connectors.base import Notice
from arobase.connectors.registry import CONNECTORS
from arobase.errors import SourceChanged
from arobase.landing import LandedNotice, LandedPage, Landing, Manifest
from arobase.load.json_pages import JsonSpool, PageOfRecords
from arobase.tables import (
    IrregularTable,
    Provenance,
    Rejected,
    Table,
    load_table,
    notices,
    read_tables,
)
from arobase.warehouse.schema import literal, raw_table

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Outcome:
    """What became of one batch."""

    batch_id: int
    manifest: Manifest
    status: str = "loaded"
    error: str | None = None
    rows_in: int = 0
    rows_loaded: int = 0
    rows_deduplicated: int = 0
    quarantine: list[dict[str, object]] = field(default_factory=list)
    notices: list[dict[str, object]] = field(default_factory=list)
    pages: list[dict[str, object]] = field(default_factory=list)

    def check(self) -> None:
        """Hold the law of accounting: every record that came in is somewhere."""
        found = self.rows_loaded + len(self.quarantine) + self.rows_deduplicated
        assert self.rows_in == found, f"{self.manifest.batch}: {self.rows_in} in, {found} accounted"

    def fail(self, error: str) -> None:
        """Turn into a failed batch, which has no rows."""
        self.status, self.error = "failed", error
        self.rows_in = self.rows_loaded = self.rows_deduplicated = 0
        self.quarantine.clear()
        self.pages.clear()


class CarefulReadingNeeded(Exception):
    """The transaction is lost; begin again with this place among the careful ones."""

    def __init__(self, place: tuple[str, int]) -> None:
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class BatchLoader:
    """Loads the batches of one source, in the transaction of the caller."""

    connection: duckdb.DuckDBPyConnection
    landing: Landing
    source: Source
    spool: JsonSpool
    careful: frozenset[tuple[str, int]] = frozenset()
    """Batch and page of the tables that DuckDB will not read as they are."""

    outcomes: list[Outcome] = field(default_factory=list)
    """What this transaction has loaded so far."""

    def load(self, batch_id: int, manifest: Manifest) -> Outcome:
        """Load one batch; what cannot be read makes a failed batch, not an error."""
        outcome = Outcome(batch_id, manifest)
        outcome.notices.extend(_notice_row(outcome, each) for each in manifest.notices)
        if manifest.status == "failed":
            outcome.fail(manifest.error)
        elif (earlier := self._same_as_before(manifest)) is not None:
            outcome.status = "duplicate"
            outcome.rows_in = outcome.rows_deduplicated = earlier
        else:
            self._load_pages(outcome)
        outcome.check()
        self.outcomes.append(outcome)
        return outcome

    def _load_pages(self, outcome: Outcome) -> None:
        try:
            tables = self._read_pages(outcome)
        except SourceChanged as error:
            mistake = self._named(outcome.manifest, str(error))
        except FileNotFoundError as error:
            mistake = f"Fichier absent du dépôt / file missing from landing: {error.filename}"
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            # A connector that trips over an answer stops this batch, never the other towns.
            log.exception("%s: unreadable batch", outcome.manifest.batch)
            mistake = (
                f"Réponse d'une forme imprévue ({type(error).__name__}: {error}).\n"
                f"Answer of an unforeseen shape ({type(error).__name__}: {error})."
            )
        else:
            for number, (page, table) in enumerate(tables, start=len(outcome.manifest.pages) + 1):
                self._load_table(outcome, page, table, number)
            return
        self.spool.forget(outcome.batch_id)
        outcome.fail(mistake)

    def _named(self, manifest: Manifest, error: str) -> str:
        """Say which dropped file an error is about, in each language; a batch holds one."""
        if self.source.arrival is not Arrival.drop or not manifest.pages:
            return error
        return "\n".join(f"{manifest.pages[0].url} : {line}" for line in error.splitlines())

    def _read_pages(self, outcome: Outcome) -> list[tuple[LandedPage, Table]]:
        """Spool JSON records, open tables: what cannot be read fails before any row is in."""
        tables: list[tuple[LandedPage, Table]] = []
        for number, page in enumerate(outcome.manifest.pages, start=1):
            streams = self._streams(page)
            if any(stream.format == "json" for stream in streams.values()):
                self._spool_records(outcome, page, number)
            else:
                path = self.landing.body_path(outcome.manifest, page)
                found = read_tables(path, streams, self.spool.folder)
                tables.extend((page, table) for table in found)
        return tables

    def _streams(self, page: LandedPage) -> Mapping[str, Stream]:
        """A pulled page says which stream it is; a dropped file is known by its header."""
        if page.stream in self.source.streams:
            return {page.stream: self.source.streams[page.stream]}
        tables = {
            stream_id: stream
            for stream_id, stream in self.source.streams.items()
            if stream.format == "table"
        }
        if not tables:
            raise SourceChanged(
                f"Flux inconnu pour {self.source.id} : {page.stream}.\n"
                f"Unknown stream of {self.source.id}: {page.stream}."
            )
        return tables

    def _spool_records(self, outcome: Outcome, landed: LandedPage, number: int) -> None:
        page = self.landing.page(outcome.manifest, landed)
        manifest = outcome.manifest
        facts = PageOfRecords(
            outcome.batch_id,
            number,
            page.stream,
            manifest.city_id,
            manifest.received_at,
            page.context,
        )
        read = self.spool.add(facts, CONNECTORS[self.source.id].records(page))
        outcome.rows_in += read
        outcome.rows_loaded += read
        outcome.pages.append(self._page_row(outcome, number, page.stream, landed))

    def _load_table(self, outcome: Outcome, page: LandedPage, table: Table, number: int) -> None:
        manifest, stream_id = outcome.manifest, table.layout.stream_id
        place = (manifest.batch, number)
        provenance = Provenance(
            outcome.batch_id, number, manifest.city_id, manifest.received_at, page.context
        )
        try:
            loaded = load_table(
                self.connection,
                table,
                raw_table(self.source.id, stream_id),
                provenance,
                self.spool.folder,
                careful=place in self.careful,
            )
        except IrregularTable as error:
            raise CarefulReadingNeeded(place) from error
        outcome.rows_in += loaded.rows_in
        outcome.rows_loaded += loaded.rows_loaded
        file = table.name or _file_name(page.url)
        outcome.quarantine.extend(
            _quarantine_row(outcome, stream_id, file, each) for each in loaded.rejected
        )
        outcome.notices.extend(_notice_row(outcome, each) for each in notices(table.layout))
        outcome.pages.append(self._page_row(outcome, number, stream_id, page))

    def _same_as_before(self, manifest: Manifest) -> int | None:
        """For dropped files: how many rows they had when the very same ones were last loaded.

        Only if nothing newer of their stream came since, and the catalogue still reads it the same
        way: a file sent again after its values were added to the catalogue is loaded.
        """
        if self.source.arrival is not Arrival.drop or not manifest.pages:
            return None
        newest = self._newest_pages(manifest.city_id)
        rows = {
            str(page["sha256"]): rows_in
            for stream_id, (page, rows_in) in newest.items()
            if page["definition"] == _definition(self.source, stream_id)
        }
        hashes = {page.sha256 for page in manifest.pages}
        return sum(rows[each] for each in hashes) if hashes <= rows.keys() else None

    def _newest_pages(self, city_id: str) -> dict[str, tuple[Mapping[str, object], int]]:
        """Return the last page loaded of each stream of a town, and the rows of its batch."""
        committed = self.connection.execute(
            "select stream, max_by(sha256, _batch_id), max_by(definition, _batch_id),"
            " max_by(batches.rows_in, _batch_id)"
            " from raw.batch_pages as pages join raw.batches as batches using (_batch_id)"
            f" where source_id = {literal(self.source.id)} and city_id = {literal(city_id)}"
            " and status = 'loaded' group by stream"
        ).fetchall()
        newest: dict[str, tuple[Mapping[str, object], int]] = {
            str(stream_id): ({"sha256": sha256, "definition": definition}, int(rows_in))
            for stream_id, sha256, definition, rows_in in committed
        }
        for outcome in self.outcomes:
            if outcome.manifest.city_id == city_id:
                newest |= {str(page["stream"]): (page, outcome.rows_in) for page in outcome.pages}
        return newest

    def _page_row(
        self, outcome: Outcome, number: int, stream_id: str, page: LandedPage
    ) -> dict[str, object]:
        return {
            "_batch_id": outcome.batch_id,
            "_page": number,
            "stream": stream_id,
            "sha256": page.sha256,
            "definition": _definition(self.source, stream_id),
        }


def _definition(source: Source, stream_id: str) -> str | None:
    """Return a fingerprint of how the catalogue reads a stream."""
    stream = source.streams.get(stream_id)
    return hashlib.sha256(stream.model_dump_json().encode()).hexdigest() if stream else None


def _file_name(url: str) -> str:
    return PurePosixPath(urlsplit(url).path).name or url


def _quarantine_row(
    outcome: Outcome, stream_id: str, file: str, rejected: Rejected
) -> dict[str, object]:
    reason = rejected.reason
    return {
        "_batch_id": outcome.batch_id,
        "source_id": outcome.manifest.source_id,
        "city_id": outcome.manifest.city_id,
        "stream": stream_id,
        "file": file,
        "line": rejected.line,
        "column_name": reason.column or None,
        "code": reason.code,
        "reason_fr": reason.fr,
        "reason_en": reason.en,
        "value": reason.value,
        "original": rejected.original,
        "received_at": outcome.manifest.received_at,
    }


def _notice_row(outcome: Outcome, notice: Notice | LandedNotice) -> dict[str, object]:
    if isinstance(notice, Notice):
        french, english = notice.message.fr, notice.message.en
    else:
        french, english = notice.message_fr, notice.message_en
    return {
        "_batch_id": outcome.batch_id,
        "source_id": outcome.manifest.source_id,
        "city_id": outcome.manifest.city_id,
        "stream": notice.stream,
        "severity": notice.severity,
        "code": notice.code,
        "message_fr": french,
        "message_en": english,
        "received_at": outcome.manifest.received_at,
    }
