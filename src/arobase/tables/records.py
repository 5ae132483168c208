"""The records of a text table, one at a time, without trusting its quotes: slow, but exact.

DuckDB reads whole files; this reads a header, finds the line of a refused record, and repairs a
file that DuckDB will not read.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

LONGEST_RECORD_LINES = 30
"""A quote still open after so many lines was never meant to open."""

LONGEST_RECORD = 4 * 1024 * 1024

csv.field_size_limit(LONGEST_RECORD)


@dataclass(frozen=True, slots=True)
class Record:
    """One record: where it starts, its text, and its cells; no cells when quotes are broken."""

    line: int
    text: str
    cells: tuple[str, ...] | None
    ended: bool = True
    """False for a last line without its line end."""

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but separators and spaces."""
        return self.cells is not None and not any(cell.strip() for cell in self.cells)


def records(
    path: Path, separator: str, *, after_line: int = 0, width: int | None = None
) -> Iterator[Record]:
    """Yield the records of a UTF-8 file that start after a line; empty lines are not records.

    Args:
        width: how many cells a record that spans several lines must have to be believed.
    """
    waiting: deque[tuple[int, str]] = deque()
    lines = _lines(path)
    while (numbered := waiting.popleft() if waiting else next(lines, None)) is not None:
        line, text = numbered
        if line <= after_line or not text.strip("\r\n"):
            continue
        record = _record(line, text, separator)
        if record.cells is None:
            record, unused = _over_several_lines(
                record, text, separator, _more(waiting, lines), width
            )
            waiting.extendleft(reversed(unused))
        yield record


def _more(
    waiting: deque[tuple[int, str]], lines: Iterator[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    while waiting:
        yield waiting.popleft()
    yield from islice(lines, LONGEST_RECORD_LINES)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline=None) as stream:
        yield from enumerate(stream, start=1)


def _record(line: int, text: str, separator: str) -> Record:
    whole = text.rstrip("\n")
    return Record(line, whole, _cells(whole, separator), ended=text.endswith("\n"))


def _cells(text: str, separator: str) -> tuple[str, ...] | None:
    if '"' not in text:
        return tuple(text.split(separator))
    try:
        rows = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return tuple(rows[0]) if len(rows) == 1 else None


def _over_several_lines(
    first: Record,
    text: str,
    separator: str,
    following: Iterator[tuple[int, str]],
    width: int | None,
) -> tuple[Record, list[tuple[int, str]]]:
    """Join lines until the quotes close; when they never do, blame the first line alone."""
    taken: list[tuple[int, str]] = []
    for number, more in islice(following, LONGEST_RECORD_LINES):
        taken.append((number, more))
        text += more
        if text.count('"') % 2 == 0:
            whole = _record(first.line, text, separator)
            if whole.cells is not None and width in {None, len(whole.cells)}:
                return whole, []
        if len(text) > LONGEST_RECORD:
            break
    return first, taken
