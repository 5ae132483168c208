"""The bytes of a text table: which encoding and line ends, and a UTF-8 copy when one is needed."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 8 * 1024 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file in UTF-8, and what a fast reader must know before it is trusted with it."""

    path: Path
    encoding: str
    """What the bytes were before."""

    newline: str
    """The one line end used all through the file; empty when there are several."""

    has_nul: bool
    has_quotes: bool
    is_empty: bool
    ends_with_newline: bool

    @property
    def is_plain(self) -> bool:
        """Whether the fast reader splits it into the same lines as a careful one."""
        return self.newline in {"\n", "\r\n"} and not self.has_nul


def as_utf8(path: Path, scratch: Path) -> TextFile:
    """Return the file itself when it is UTF-8, else a UTF-8 copy of it in `scratch`."""
    encoding = detected_encoding(path)
    if encoding in {"utf-8", "utf-8-sig"}:
        return _described(path, encoding)
    copy = scratch / f"{path.name}.utf8"
    with (
        path.open(encoding=encoding, errors="replace", newline="") as source,
        copy.open("w", encoding="utf-8", newline="") as target,
    ):
        while text := source.read(CHUNK_BYTES):
            target.write(text)
    return _described(copy, encoding)


def detected_encoding(path: Path) -> str:
    """Return the encoding's Python name: by its mark, else UTF-8 if strictly so, else Windows."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    if _looks_like_utf16(start):
        return "utf-16-le" if start[1::2].count(0) > start[::2].count(0) else "utf-16-be"
    if _is_utf8(path):
        return "utf-8"
    return "cp1252"


def _looks_like_utf16(start: bytes) -> bool:
    """Every other byte of Latin text in UTF-16 is zero."""
    return max(start[::2].count(0), start[1::2].count(0)) > len(start) // 4 > 0


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(path):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _described(path: Path, encoding: str) -> TextFile:
    feeds = returns = pairs = size = 0
    has_nul = has_quotes = False
    last = b""
    for chunk in _chunks(path):
        feeds += chunk.count(b"\n")
        returns += chunk.count(b"\r")
        pairs += chunk.count(b"\r\n") + (last == b"\r" and chunk.startswith(b"\n"))
        has_nul = has_nul or b"\0" in chunk
        has_quotes = has_quotes or b'"' in chunk
        size += len(chunk)
        last = chunk[-1:]
    return TextFile(
        path=path,
        encoding=encoding,
        newline=_one_line_end(feeds, returns, pairs),
        has_nul=has_nul,
        has_quotes=has_quotes,
        is_empty=size <= len(codecs.BOM_UTF8),
        ends_with_newline=last in {b"\n", b"\r"},
    )


def has_padding(text: TextFile, separator: str) -> bool:
    """Return whether a cell may have spaces around its text; in doubt, it may."""
    if text.has_quotes:
        return True
    marks = [edge.encode() for edge in (f" {separator}", f"{separator} ", " \n", " \r", "\n ")]
    return any(mark in chunk for chunk in _overlapping_chunks(text.path) for mark in marks)


def _overlapping_chunks(path: Path) -> Iterator[bytes]:
    last = b"\n"
    for chunk in _chunks(path):
        yield last + chunk
        last = chunk[-1:]
    yield last + b"\n"


def _one_line_end(feeds: int, returns: int, pairs: int) -> str:
    if returns == 0:
        return "\n"
    return "\r\n" if feeds == returns == pairs else ""


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
