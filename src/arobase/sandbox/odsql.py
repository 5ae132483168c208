"""The part of ODSQL a catalogue is asked with: comparisons joined by `and`, orders, selects."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

Card = dict[str, Any]

FIELDS = frozenset(
    {
        "dataset_id",
        "title",
        "theme",
        "modified",
        "data_processed",
        "records_count",
        "publisher",
        "license",
    }
)
_COMPARISON = re.compile(
    r"""^\s*(?P<name>\w+)\s*(?P<sign>!=|>=|<=|=|>|<)\s*"""
    r"""(?:date'(?P<date>[^']*)'|'(?P<single>[^']*)'|"(?P<double>[^"]*)"|(?P<number>-?[\d.]+))\s*$"""
)
_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


class OdsqlError(Exception):
    """A clause the service refuses: its error code, and its message word for word."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def value(card: Card, name: str) -> Any:
    """Return a field of a card by its bare name, wherever the card keeps it."""
    return card.get(name, card["metas"]["default"].get(name))


def selected(card: Card, select: str) -> Card:
    """Return the fields of a `select`, flattened.

    Raises:
        OdsqlError: a field is unknown.
    """
    names = [name.strip() for name in select.split(",")]
    return {_known(name, "select"): value(card, name) for name in names}


def ordered(cards: list[Card], order: str) -> list[Card]:
    """Return cards in the order of an `order_by`.

    Raises:
        OdsqlError: the field is unknown.
    """
    name, _, direction = order.strip().partition(" ")
    _known(name, "order_by")
    descending = direction.strip().lower() == "desc"
    return sorted(cards, key=lambda card: value(card, name), reverse=descending)


def matching(cards: list[Card], where: str) -> list[Card]:
    """Return the cards a `where` keeps; a comparison with null keeps nothing.

    Raises:
        OdsqlError: a field is unknown, or the clause is not one this service reads.
    """
    for clause in re.split(r"\s+and\s+", where, flags=re.IGNORECASE):
        keeps = _condition(clause)
        cards = [card for card in cards if keeps(card)]
    return cards


def _condition(clause: str) -> Callable[[Card], bool]:
    found = _COMPARISON.match(clause)
    if found is None:
        raise _syntax(clause)
    name, compare = _known(found["name"], "where"), _SIGNS[found["sign"]]
    number = found["number"]
    text = found["date"] or found["single"] or found["double"] or ""
    wanted: Any = float(number) if number else text
    day_only = found["date"] is not None and len(text) == len("2020-10-01")

    def keeps(card: Card) -> bool:
        held = value(card, name)
        if isinstance(held, list):
            return any(compare(each, wanted) for each in held)
        if held is None or isinstance(held, str) == bool(number):
            return False
        return compare(held[:10] if day_only else held, wanted)

    return keeps


def _known(name: str, clause: str) -> str:
    if name not in FIELDS:
        where = f"Clause(s) containing the error(s): {clause}."
        message = f"ODSQL query is malformed: Unknown field: {name}. {where}"
        raise OdsqlError("ODSQLError", message)
    return name


def _syntax(clause: str) -> OdsqlError:
    strange = re.search(r"[^\w\s.'\"=<>!-]", clause)
    position = strange.start() if strange else len(clause)
    sign = clause[position : position + 1] or "end of input"
    message = (
        f"ODSQL syntax exception: unexpected {sign} at position {position} in {clause}. "
        "Clause(s) containing the error(s): where."
    )
    return OdsqlError("ODSQLSyntaxError", message)
