"""A file that simple rules cannot cut into records: its good lines go on, the rest is explained."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from arobase.tables.reading import Table
from arobase.tables.reasons import Rejected, is_total, of_record
from arobase.tables.records import Record, records

LONGEST_ORIGINAL = 4000


def repaired(table: Table, scratch: Path) -> tuple[Table, list[Rejected]]:
    """Return a copy that holds only well-formed records, and the lines left out of it."""
    target = scratch / f"{table.path.name}.repaired"
    lines = array("Q")
    rejected: list[Rejected] = []
    with target.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=table.separator, lineterminator="\n")
        for record in _lines_that_count(table):
            cells = _fitted(record, len(table.layout.headers))
            if cells is None:
                rejected.append(_rejected(record, table))
            else:
                writer.writerow(cells)
                lines.append(record.line)
    whole = replace(
        table,
        path=target,
        newline="\n",
        skip_lines=0,
        width=len(table.layout.headers),
        plain=True,
        row_numbers=lines,
        origin=table.path,
    )
    return whole, rejected


def located(table: Table, ordinals: Iterable[int]) -> dict[int, tuple[int, Record]]:
    """Return the line and record of the given records of a table, counted from 0."""
    wanted = set(ordinals)
    if table.origin is not None and table.row_numbers is not None:
        by_line = {table.row_numbers[ordinal]: ordinal for ordinal in wanted}
        walk = records(table.origin, table.separator, width=table.width)
        return {
            by_line[record.line]: (record.line, record) for record in walk if record.line in by_line
        }
    found = {}
    walk = records(table.path, table.separator, after_line=table.skip_lines, width=table.width)
    for ordinal, record in enumerate(walk):
        if ordinal in wanted:
            numbers = table.row_numbers
            found[ordinal] = (numbers[ordinal] if numbers else record.line, record)
    return found


def counts(record: Record, table: Table) -> bool:
    """Return whether a line is a record: not blank, not a sum, not the header once more."""
    return not (
        record.is_blank
        or is_total(record)
        or (record.cells is not None and record.cells[: table.width] == table.layout.headers)
    )


def shown(text: str) -> str:
    """Return the original line as quarantine keeps it: whole, unless it is absurdly long."""
    return text if len(text) <= LONGEST_ORIGINAL else text[:LONGEST_ORIGINAL] + " […]"


def _lines_that_count(table: Table) -> Iterator[Record]:
    width = len(table.layout.headers)
    walk = records(table.path, table.separator, after_line=table.skip_lines, width=width)
    return (record for record in walk if counts(record, table))


def _fitted(record: Record, width: int) -> tuple[str, ...] | None:
    """Return exactly `width` cells: empty ones too many do no harm, any other difference does."""
    cells = record.cells
    if cells is None or "\0" in record.text or len(cells) < width:
        return None
    return cells[:width] if not any(cell.strip() for cell in cells[width:]) else None


def _rejected(record: Record, table: Table) -> Rejected:
    return Rejected(record.line, shown(record.text), of_record(record, len(table.layout.headers)))
