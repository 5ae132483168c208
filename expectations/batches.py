"""Did a source send as much as it usually does? Judged on its newest batch, for pulled sources.

What a person drops is what they chose to drop: its size says nothing.
"""

from __future__ import annotations

from great_expectations.core import ExpectationSuite
from great_expectations.expectations import ExpectColumnPairValuesAToBeGreaterThanB
from great_expectations.expectations.expectation import Expectation

from arobase.catalog import Catalog, Text


def suite(catalog: Catalog) -> ExpectationSuite:
    """Build the suite over the newest batches, one row for each indicator they feed."""
    del catalog  # The usual volume comes from the batches themselves.
    return ExpectationSuite(
        name="batches", expectations=[_source_still_answers(), _source_sends_its_usual_volume()]
    )


def _source_still_answers() -> Expectation:
    why = Text(
        fr="La source a répondu sans aucune donnée, alors qu'elle en donne d'habitude : le chiffre"
        " affiché est le dernier connu.",
        en="The source answered without any data, while it usually gives some: the figure shown is"
        " the last one known.",
    )
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="rows_in",
        column_B="zero_after_some",
        or_equal=False,
        ignore_row_if="either_value_is_missing",
        severity="critical",
        meta=_meta("source_sent_nothing", why, "≥ 1"),
    )


def _source_sends_its_usual_volume() -> Expectation:
    why = Text(
        fr="La source a envoyé bien moins de lignes que d'habitude : la réponse est peut-être"
        " tronquée.",
        en="The source sent far fewer rows than usual: the answer may be truncated.",
    )
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="rows_in",
        column_B="fewest_expected",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        severity="warning",
        meta=_meta("source_sent_far_fewer_rows", why, "≥ {fewest_expected:g}"),
    )


def _meta(rule: str, why: Text, expected: str) -> dict[str, object]:
    return {
        "rule": rule,
        "why": why.model_dump(),
        "reasons": {},
        "expected": expected,
        "observed": "{rows_in:g}",
    }
