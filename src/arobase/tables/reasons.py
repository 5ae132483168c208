"""Why a line was refused, in words a town clerk can act on: what was found, what was expected."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from arobase.catalog import Column, ColumnType, simplified
from arobase.tables.checks import allowed_values
from arobase.tables.records import Record


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one line is in quarantine."""

    code: str
    fr: str
    en: str
    column: str = ""
    """Header of the column at fault, as the file spells it; empty when the whole line is."""

    value: str | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """One line of a file that was not loaded."""

    line: int
    original: str
    reason: Reason


_LONGEST_VALUE = 200

_EXPECTED: Mapping[ColumnType, tuple[str, str]] = {
    ColumnType.date: ("une date jj/mm/aaaa", "a date dd/mm/yyyy"),
    ColumnType.time: ("une heure hh:mm", "a time hh:mm"),
    ColumnType.integer: ("un nombre entier", "a whole number"),
    ColumnType.decimal: ("un nombre, par exemple 1 234,56", "a number, such as 1 234,56"),
}


def of_cell(header: str, column: Column, found: str | None) -> Reason:
    """Say why a cell was refused."""
    value = _shortened(found)
    if value is None:
        return Reason(
            "empty_required",
            f"La colonne « {header} » est vide ; une valeur est obligatoire.",
            f"Column “{header}” is empty; a value is required.",
            header,
        )
    if allowed_values(column):
        return _not_allowed(header, column, value)
    french, english = _EXPECTED[column.type]
    near = _nearest_text(column.type, value)
    return Reason(
        f"bad_{column.type.value}",
        f"« {header} » : trouvé « {value} », attendu {french}"
        + (f" (peut-être {near} ?)." if near else "."),
        f"“{header}”: found “{value}”, expected {english}" + (f" ({near}?)." if near else "."),
        header,
        value,
    )


def of_record(record: Record, width: int) -> Reason:
    """Say why a line could not be cut into the cells of its header."""
    if "\0" in record.text:
        return Reason(
            "nul_character",
            "La ligne contient un caractère nul : le fichier a été abîmé en chemin.",
            "The line holds a NUL character: the file was damaged on its way.",
        )
    if record.cells is None:
        return Reason(
            "broken_quotes",
            'Un guillemet " est ouvert et jamais fermé, ou mal placé.',
            'A quote " is opened and never closed, or misplaced.',
        )
    found = len(record.cells)
    if not record.ended and found < width:
        return Reason(
            "truncated_line",
            f"La dernière ligne est coupée : {found} cellules au lieu de {width}. Le fichier est"
            " sans doute incomplet : exportez-le à nouveau.",
            f"The last line is cut: {found} cells instead of {width}. The file is probably"
            " incomplete: export it again.",
        )
    return Reason(
        "wrong_cell_count",
        f"{found} cellules, mais l'en-tête en a {width}.",
        f"{found} cells, but the header has {width}.",
    )


def _shortened(value: str | None) -> str | None:
    if value is None or len(value) <= _LONGEST_VALUE:
        return value
    return value[:_LONGEST_VALUE] + " […]"


def is_total(record: Record) -> bool:
    """Return whether a line sums up the others instead of being one of them."""
    first = next((cell for cell in record.cells or () if cell.strip()), "")
    return (
        re.match(r"(sous )?(total|totaux|nombre de|nombre total)\b", simplified(first)) is not None
    )


def _not_allowed(header: str, column: Column, value: str) -> Reason:
    spellings = {
        simplified(spelling): spelling
        for names in allowed_values(column).values()
        for spelling in reversed(names)
    }
    close = difflib.get_close_matches(simplified(value), spellings, n=1, cutoff=0.5)
    expected = ", ".join(names[0] for names in allowed_values(column).values())
    near_fr = f" La plus proche : {spellings[close[0]]}." if close else ""
    near_en = f" The nearest: {spellings[close[0]]}." if close else ""
    return Reason(
        "unknown_value",
        f"« {header} » : « {value} » n'est pas une valeur connue. Attendu : {expected}.{near_fr}",
        f"“{header}”: “{value}” is not a known value. Expected: {expected}.{near_en}",
        header,
        value,
    )


def _nearest_text(kind: ColumnType, value: str) -> str | None:
    """Guess what was meant, when there is one plausible reading."""
    numbers = [int(digits) for digits in re.findall(r"\d+", value) if len(digits) <= 4]
    if kind is ColumnType.date and len(numbers) == 3:
        return _date_meant(*numbers)
    if kind is ColumnType.time and len(numbers) in {2, 3} and numbers[0] < 24 and numbers[1] < 60:
        return f"{numbers[0]:02d}:{numbers[1]:02d}"
    return None


def _date_meant(first: int, second: int, third: int) -> str | None:
    day, month, year = (third, second, first) if first > 31 else (first, second, third)
    if year < 100:
        year += 2000
    if month > 12 >= day:
        day, month = month, day
    for fewer in range(4):
        try:
            return f"{date(year, month, day - fewer):%d/%m/%Y}"
        except ValueError:
            continue
    return None
