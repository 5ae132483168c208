"""Which stream a table is, and where its columns are: its header says, through the catalogue."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from arobase.catalog import Stream, Text, simplified
from arobase.connectors.base import Notice
from arobase.errors import SourceChanged

SEARCHED_ROWS = 40
"""Titles above a header are few; a table whose header is further down is not one."""

LONGEST_HEADER = 200
"""Characters of a cell that are compared: what is longer is text, not a header."""

_SHOWN_HEADERS = 15

Row = tuple[int, tuple[str, ...]]
"""A line number, and its cells."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A row read as the header of a stream: where each of its columns is."""

    stream_id: str
    stream: Stream
    positions: Mapping[str, int]
    """Column id to index of its cell; a column the file has not is absent."""

    headers: tuple[str, ...]
    line: int

    @property
    def missing(self) -> tuple[str, ...]:
        """Required columns the header has not."""
        return tuple(
            column_id
            for column_id, column in self.stream.columns.items()
            if column.required and column_id not in self.positions
        )

    @property
    def score(self) -> tuple[bool, bool, int]:
        """How well the row reads as this stream's header, to compare."""
        keyed = all(column_id in self.positions for column_id in self.stream.key)
        return not self.missing, keyed, len(self.positions)

    def header(self, column_id: str) -> str:
        """Return the header of a column as the file spells it, else as the catalogue does."""
        position = self.positions.get(column_id)
        if position is None:
            return self.stream.columns[column_id].names[0]
        return self.headers[position].strip()


def best_layout(streams: Mapping[str, Stream], rows: Iterable[Row]) -> Layout | None:
    """Return the row and stream that match best, the first row in a tie; None if nothing does."""
    layouts = [
        layout
        for line, cells in rows
        for stream_id, stream in streams.items()
        if len((layout := _layout(stream_id, stream, line, cells)).positions) > 0
    ]
    return max(layouts, key=lambda layout: layout.score, default=None)


def checked(layout: Layout | None, streams: Mapping[str, Stream], rows: Sequence[Row]) -> Layout:
    """Return the layout when it can be loaded.

    Raises:
        SourceChanged: no row is a header of these streams, or a required column is missing.
    """
    if layout is None or len(layout.positions) < 2 <= len(layout.stream.columns):
        raise SourceChanged(_no_header(streams, rows))
    if layout.missing:
        raise SourceChanged(_missing_columns(layout))
    return layout


def notices(layout: Layout) -> Iterator[Notice]:
    """Yield what a person should know about a header that can be loaded all the same."""
    used = set(layout.positions.values())
    expected = {simplified(name) for name in layout.stream.not_kept}
    known = _names(layout.stream)
    for position, header in enumerate(layout.headers):
        name = simplified(header)
        if position in used or not name or name in expected:
            continue
        if name in known:
            yield _duplicated(layout, header, known[name])
        else:
            yield _unknown(layout, header)


def _layout(stream_id: str, stream: Stream, line: int, cells: tuple[str, ...]) -> Layout:
    known = _names(stream)
    positions: dict[str, int] = {}
    for position, cell in enumerate(cells):
        column_id = known.get(simplified(cell[:LONGEST_HEADER]))
        if column_id is not None:
            positions.setdefault(column_id, position)
    return Layout(stream_id, stream, positions, cells, line)


def _names(stream: Stream) -> dict[str, str]:
    return {
        simplified(name): column_id
        for column_id, column in stream.columns.items()
        for name in (*column.names, column_id)
    }


def _duplicated(layout: Layout, header: str, column_id: str) -> Notice:
    first = layout.header(column_id)
    return Notice(
        "warning",
        layout.stream_id,
        "duplicated_column",
        Text(
            fr=f"La colonne « {header.strip()} » répète « {first} » : seule la première est lue.",
            en=f"Column “{header.strip()}” repeats “{first}”: only the first one is read.",
        ),
    )


def _unknown(layout: Layout, header: str) -> Notice:
    return Notice(
        "info",
        layout.stream_id,
        "unknown_column",
        Text(
            fr=f"La colonne « {header.strip()} » n'est pas connue : elle n'est pas lue.",
            en=f"Column “{header.strip()}” is not known: it is not read.",
        ),
    )


def _no_header(streams: Mapping[str, Stream], rows: Sequence[Row]) -> str:
    found = _listed(rows[0][1]) if rows else ""
    expected = " ; ".join(
        f"{stream_id} ({_listed(column.names[0] for column in stream.columns.values())})"
        for stream_id, stream in streams.items()
    )
    return (
        f"Aucune ligne d'en-têtes reconnue. Trouvé : {found or 'rien'}. Attendu : {expected}.\n"
        f"No header row recognised. Found: {found or 'nothing'}. Expected: {expected}."
    )


def _missing_columns(layout: Layout) -> str:
    found = _listed(layout.headers)
    french, english = [], []
    for column_id in layout.missing:
        names = layout.stream.columns[column_id].names
        near = _nearest_header(names, layout)
        french.append(
            f"Il manque la colonne obligatoire « {names[0]} »"
            + (f" ; la plus proche trouvée est « {near} »" if near else "")
        )
        english.append(
            f"Required column “{names[0]}” is missing"
            + (f"; the nearest one found is “{near}”" if near else "")
        )
    return (
        f"{'. '.join(french)}. En-têtes trouvés : {found}. Renommez la colonne, ou ajoutez-la à"
        " l'export, puis déposez à nouveau le fichier.\n"
        f"{'. '.join(english)}. Headers found: {found}. Rename the column, or add it to the export,"
        " then drop the file again."
    )


def _nearest_header(names: Sequence[str], layout: Layout) -> str | None:
    used = set(layout.positions.values())
    free = {
        simplified(header): header.strip()
        for position, header in enumerate(layout.headers)
        if position not in used and header.strip()
    }
    for name in names:
        close = difflib.get_close_matches(simplified(name), free, n=1, cutoff=0.6)
        if close:
            return free[close[0]]
    return None


def _listed(headers: Iterable[str]) -> str:
    shown = [header.strip()[:60] for header in headers if header.strip()]
    more = " …" if len(shown) > _SHOWN_HEADERS else ""
    return ", ".join(shown[:_SHOWN_HEADERS]) + more
