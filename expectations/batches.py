"""Did a source send as much as it usually does? Judged on its newest batch, for pulled sources.

What a person drops is what they chose to drop: its size says nothing.
"""

from __future__ import annotations

from great_expectations.core import ExpectationSuite
from great_expectations.expectations import ExpectColumnValuesToBeBetween
from great_expectations.expectations.expectation import Expectation

from arobase.catalog import Catalog, Text
from expectations.meaning import meaning


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
    return ExpectColumnValuesToBeBetween(
        column="rows_after_some",
        min_value=0,
        strict_min=True,
        severity="critical",
        meta=meaning("source_sent_nothing", why, observed="{rows_in}", expected="≥ 1"),
    )


def _source_sends_its_usual_volume() -> Expectation:
    why = Text(
        fr="La source a envoyé bien moins de lignes que d'habitude : la réponse est peut-être"
        " tronquée.",
        en="The source sent far fewer rows than usual: the answer may be truncated.",
    )
    return ExpectColumnValuesToBeBetween(
        column="rows_room",
        min_value=0,
        severity="warning",
        meta=meaning(
            "source_sent_far_fewer_rows",
            why,
            observed="{rows_in}",
            expected="≥ {fewest_expected:g}",
        ),
    )
