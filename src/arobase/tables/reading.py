"""From a landed file to tables ready to load: container, encoding, separator, header.

No value is judged here: a file either has a header we know, or is refused as a whole.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from arobase.catalog import Stream
from arobase.errors import SourceChanged
from arobase.tables import containers, workbook
from arobase.tables.header import SEARCHED_ROWS, Layout, Row, best_layout, checked
from arobase.tables.records import Record, records
from arobase.tables.text import TextFile, as_utf8, has_padding

SEPARATORS = (";", ",", "\t", "|")

_NOT_TABLES = {
    b"%PDF": ("un PDF", "a PDF"),
    b"<!do": ("une page web", "a web page"),
    b"<htm": ("une page web", "a web page"),
    b"<?xm": ("un document XML", "an XML document"),
    b"{\\rt": ("un texte RTF", "an RTF text"),
}
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True, slots=True)
class Table:
    """A delimited UTF-8 file with a known header, and the way back to the lines people see."""

    path: Path
    separator: str
    newline: str
    layout: Layout
    skip_lines: int
    """Lines down to the end of the header."""

    width: int
    """How many cells its records have."""

    padded: bool = True
    """Whether a cell may have spaces around its text."""

    plain: bool = True
    """False when only a careful reading can cut it into records."""

    row_numbers: array[int] | None = None
    """The line or sheet row of each record, where counting the file's own lines is not enough."""

    origin: Path | None = None
    """For a repaired file: the one it was made from, which `row_numbers` counts lines of."""

    name: str = ""
    """Its name inside an archive."""


def read_tables(path: Path, streams: Mapping[str, Stream], scratch: Path) -> list[Table]:
    """Return the tables of a file that are one of these streams; `scratch` receives working copies.

    Raises:
        SourceChanged: there is none, or a required column is missing; the message says what was
            found and what to do, in French and English.
    """
    if not containers.is_zip(path):
        return [_single(path, streams, scratch)]
    if containers.is_workbook(path):
        containers.check_size(path)
        return [_sheet(path, streams, scratch)]
    return _members(path, streams, scratch)


def _single(path: Path, streams: Mapping[str, Stream], scratch: Path) -> Table:
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLD_WORKBOOK:
        return _sheet(path, streams, scratch)
    if names := _NOT_TABLES.get(start.lower() if start.startswith(b"<") else start):
        raise SourceChanged(
            f"Ce fichier est {names[0]}, pas une table : exportez en CSV ou XLSX.\n"
            f"This file is {names[1]}, not a table: export as CSV or XLSX."
        )
    text = as_utf8(path, scratch)
    if text.is_empty:
        raise SourceChanged("Le fichier est vide.\nThe file is empty.")
    return _text_table(text, streams)


def _text_table(text: TextFile, streams: Mapping[str, Stream]) -> Table:
    separator, first = max(
        ((each, list(islice(records(text.path, each), SEARCHED_ROWS))) for each in SEPARATORS),
        key=lambda tried: _score(best_layout(streams, _rows(tried[1]))),
    )
    layout = checked(best_layout(streams, _rows(first)), streams, _rows(first))
    header = next(record for record in first if record.line == layout.line)
    following = next((record for record in first if record.line > layout.line), None)
    return Table(
        path=text.path,
        separator=separator,
        newline=text.newline or "\n",
        layout=layout,
        skip_lines=header.line + header.text.count("\n"),
        width=_width(layout, following),
        padded=has_padding(text, separator),
        plain=text.is_plain,
    )


def _score(layout: Layout | None) -> tuple[bool, bool, int]:
    return layout.score if layout else (False, False, 0)


def _rows(found: Sequence[Record]) -> list[Row]:
    return [(record.line, record.cells) for record in found if record.cells is not None]


def _width(layout: Layout, following: Record | None) -> int:
    """Some exports end each record, but not the header, with a separator."""
    width = len(layout.headers)
    cells = following.cells if following else None
    if cells is not None and len(cells) == width + 1 and not cells[-1].strip():
        return width + 1
    return width


def _sheet(path: Path, streams: Mapping[str, Stream], scratch: Path) -> Table:
    """The first sheet that has a whole header; else the mistake of the best one."""
    candidates: list[tuple[Layout | None, list[Row]]] = []
    for rows in workbook.sheets(path):
        layout = best_layout(streams, rows[:SEARCHED_ROWS])
        candidates.append((layout, rows))
        if layout is not None and not layout.missing:
            break
    layout, rows = max(candidates, key=lambda each: _score(each[0]), default=(None, []))
    layout = checked(layout, streams, rows)
    body = workbook.as_typed([row for row in rows if row[0] > layout.line], layout)
    target = scratch / f"{path.name}.csv"
    return Table(
        path=target,
        separator=workbook.SEPARATOR,
        newline="\n",
        layout=layout,
        skip_lines=0,
        width=len(layout.headers),
        row_numbers=workbook.write_csv(body, target),
    )


def _members(path: Path, streams: Mapping[str, Stream], scratch: Path) -> list[Table]:
    found: list[Table] = []
    mistakes: list[str] = []
    for name, member in containers.tables_inside(path, scratch):
        try:
            found.extend(_named(table, name) for table in _member(member, streams, scratch))
        except SourceChanged as error:
            mistakes.append(f"{name} : {error}")
    if not found:
        raise SourceChanged(
            "\n".join(mistakes)
            or "L'archive ne contient aucune table.\nThe archive holds no table."
        )
    return found


def _member(path: Path, streams: Mapping[str, Stream], scratch: Path) -> Iterator[Table]:
    if containers.is_zip(path):
        if not containers.is_workbook(path):
            raise SourceChanged("Une archive dans une archive n'est pas lue.\nNo archive in one.")
        containers.check_size(path)
        yield _sheet(path, streams, scratch)
    else:
        yield _single(path, streams, scratch)


def _named(table: Table, name: str) -> Table:
    return replace(table, name=name)
