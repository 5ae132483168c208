"""What the text of a column must read as, in SQL: one pass over a file, at the speed of DuckDB."""

from __future__ import annotations

from collections.abc import Sequence

from arobase.catalog import Column, ColumnType, simplified
from arobase.warehouse.schema import literal

# The dbt macro `french_date` reads the same spellings. Years of two digits are not among them:
# 03/08/20 may be a day of 2020 or the 20th of a month.
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y", "%Y/%m/%d", "%Y%m%d")
_DATE_TIMES = (
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
)

BOOLEANS = {
    "true": ("Oui", "O", "Vrai", "1", "X", "Yes", "Y"),
    "false": ("Non", "N", "Faux", "0", "No"),
}

_SPACES = r" \x{00A0}\x{202F}"
_PATTERNS = {
    ColumnType.time: r"([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?",
    ColumnType.integer: rf"[+-]?\d[\d{_SPACES}]*",
    ColumnType.decimal: rf"[+-]?\d[\d{_SPACES}]*([.,]\d+)?[{_SPACES}]?[€%]?",
}


def allowed_values(column: Column) -> dict[str, tuple[str, ...]]:
    """Return the values a column may have, each with its spellings; empty when any will do."""
    if column.type is ColumnType.boolean and not column.values:
        return BOOLEANS
    return dict(column.values)


def text_expression(cell: str, *, padded: bool) -> str:
    """Return the SQL of a cell's trimmed text, NULL when empty.

    Args:
        padded: whether a cell of the file may have spaces around its text; trimming takes time.
    """
    return f"nullif(trim({cell}), '')" if padded else cell


def listed_expression(text: str, column: Column) -> str:
    """Return the SQL of the listed value a text means, or NULL; the text if nothing is listed."""
    values = allowed_values(column)
    if not values:
        return text
    exact = {spelling: kept for kept, spellings in values.items() for spelling in spellings}
    alike = {simplified(spelling): kept for spelling, kept in exact.items()}
    alike |= {simplified(kept): kept for kept in values}
    # The exact spellings first: they are nearly all, and only the rest pays for being simplified.
    return f"{_case(text, exact)} else {_case(_simplified_sql(text), alike)} end end"


def fault_expression(text: str, listed: str, column: Column) -> str | None:
    """Return the SQL that is true when a text is not what its column expects; None when any is.

    Never `in (...)`: DuckDB makes a join of it, and a join loses the order of the file.
    """
    wrong = f"{listed} is null" if allowed_values(column) else _unreadable(text, column.type)
    if column.required:
        return f"({text} is null or {wrong})" if wrong else f"{text} is null"
    return f"({text} is not null and {wrong})" if wrong else None


def _unreadable(text: str, kind: ColumnType) -> str | None:
    if kind is ColumnType.date:
        formats = ", ".join(map(literal, (*_DATES, *_DATE_TIMES)))
        return (
            f"coalesce(try_strptime({text}, [{formats}]) not between"
            " timestamp '1900-01-01' and timestamp '2099-12-31 23:59:59', true)"
        )
    if pattern := _PATTERNS.get(kind):
        return f"not regexp_full_match({text}, {literal(pattern)})"
    return None


def _case(value: str, mapping: dict[str, str]) -> str:
    whens = " ".join(
        f"when {literal(spelling)} then {literal(kept)}" for spelling, kept in mapping.items()
    )
    return f"case {value} {whens}"


def _simplified_sql(text: str) -> str:
    """Return the SQL of `catalog.simplified`, for values."""
    return f"trim(regexp_replace(strip_accents(lower({text})), '[^a-z0-9]+', ' ', 'g'))"


def bit_sum(conditions: Sequence[str | None]) -> str:
    """Return the SQL of a number whose bit n is set when condition n holds."""
    bits = [
        f"(case when {condition} then {1 << place} else 0 end)"
        for place, condition in enumerate(conditions)
        if condition
    ]
    return f"({' + '.join(bits) or '0'})::bigint"
