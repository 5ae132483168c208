"""What every expectation says of itself, for the finding made of each row that does not meet it."""

from __future__ import annotations

from collections.abc import Mapping

from arobase.catalog import Text


def meaning(
    rule: str,
    why: Text,
    *,
    observed: str,
    expected: str,
    reasons: Mapping[str, Text] | None = None,
) -> dict[str, object]:
    """Return the `meta` of an expectation.

    Args:
        rule: its stable name.
        why: what is wrong with a row that does not meet it.
        observed: format of what was found, over the columns of the row.
        expected: format of what was expected, over the columns of the row.
        reasons: by indicator, a better reason than `why`.
    """
    return {
        "rule": rule,
        "why": why.model_dump(),
        "reasons": {key: text.model_dump() for key, text in (reasons or {}).items()},
        "observed": observed,
        "expected": expected,
    }
