"""Records of JSON pages, spooled to one file a stream: one insert loads many towns' pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import orjson

from arobase.warehouse.schema import literal, raw_table

_LEAST_LINE_BYTES = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PageOfRecords:
    """One page of one batch, its records not yet read."""

    batch_id: int
    page: int
    stream_id: str
    city_id: str
    received_at: datetime
    context: Mapping[str, str]


@dataclass(slots=True)
class _Spool:
    file: BinaryIO
    longest_line: int = 0


@dataclass(slots=True)
class JsonSpool:
    """Files of records waiting for their insert, one for each stream of a source."""

    source_id: str
    folder: Path
    _files: ExitStack = field(default_factory=ExitStack)
    _spools: dict[str, _Spool] = field(default_factory=dict)
    _pages: list[dict[str, object]] = field(default_factory=list)

    def __enter__(self) -> JsonSpool:
        return self

    def __exit__(self, *_: object) -> None:
        self._files.close()

    def add(self, page: PageOfRecords, records: Iterator[Mapping[str, Any]]) -> int:
        """Write the records of a page, and return how many they are.

        Whatever reading them raises goes through, and then nothing of the page is kept.
        """
        lines = []
        start = b"%d\t%d\t" % (page.batch_id, page.page)
        for row, record in enumerate(records, start=1):
            # orjson escapes tabs and line ends: a record is one cell of one line.
            lines.append(b"%s%d\t%s\n" % (start, row, orjson.dumps(record)))
        spool = self._spool(page.stream_id)
        spool.file.writelines(lines)
        spool.longest_line = max(spool.longest_line, *map(len, lines), 0)
        self._pages.append(_facts(page))
        return len(lines)

    def forget(self, batch_id: int) -> None:
        """Leave out what was added for a batch: one of its later pages cannot be read."""
        self._pages = [page for page in self._pages if page["_batch_id"] != batch_id]

    def insert(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Insert all that was added, in the transaction of the caller."""
        if not self._pages:
            return
        facts = self.folder / f"{self.source_id}.pages"
        facts.write_bytes(b"\n".join(map(orjson.dumps, self._pages)))
        for stream_id, spool in self._spools.items():
            spool.file.flush()
            table = raw_table(self.source_id, stream_id)
            connection.execute(_insert(table, Path(spool.file.name), facts, spool.longest_line))

    def _spool(self, stream_id: str) -> _Spool:
        if stream_id not in self._spools:
            path = self.folder / f"{self.source_id}.{stream_id}.records"
            self._spools[stream_id] = _Spool(self._files.enter_context(path.open("wb")))
        return self._spools[stream_id]


def _facts(page: PageOfRecords) -> dict[str, object]:
    return {
        "_batch_id": page.batch_id,
        "_page": page.page,
        "city_id": page.city_id,
        "_received_at": page.received_at,
        "context": dict(page.context),
    }


def _insert(table: str, records: Path, facts: Path, longest_line: int) -> str:
    return (
        f"insert into {table} by name"
        " select record, context, city_id, _batch_id, _received_at, _page, _row,"
        " hash(record) as _record_hash"
        f" from read_csv({literal(str(records))}, auto_detect=false, header=false, delim='\\t',"
        " quote='', escape='', new_line='\\n',"
        f" max_line_size={max(_LEAST_LINE_BYTES, longest_line + 1)}, columns={{'_batch_id':"
        " 'BIGINT', '_page': 'INTEGER', '_row': 'BIGINT', 'record': 'JSON'})"
        f" join read_json({literal(str(facts))}, format='newline_delimited', columns={{'_batch_id':"
        " 'BIGINT', '_page': 'INTEGER', 'city_id': 'VARCHAR', '_received_at': 'TIMESTAMPTZ',"
        " 'context': 'JSON'}) using (_batch_id, _page)"
    )
