"""Is a figure believable? Its range, its change, its share, its period.

Bounds differ by indicator, and are columns of the rows judged (`arobase.candidates`), so that all
indicators are judged in one scan; a bound that does not apply is null, and its row is not judged.
`meta.reasons` says why, by indicator; `meta.why` is the reason common to all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from great_expectations.core import ExpectationSuite
from great_expectations.expectations import (
    ExpectColumnPairValuesAToBeGreaterThanB,
    ExpectColumnValuesToBeBetween,
)
from great_expectations.expectations.expectation import Expectation

from arobase.catalog import Catalog, Indicator, Text

Reason = Callable[[Indicator], Text | None]


def suite(catalog: Catalog) -> ExpectationSuite:
    """Build the suite over the figures that changed since the last audit."""
    return ExpectationSuite(
        name="indicator_values",
        expectations=[
            *_within_plausible_range(catalog, "critical"),
            *_within_plausible_range(catalog, "warning"),
            _change_is_believable(catalog),
            _share_is_at_most_the_whole(),
            _stock_does_not_vanish(),
            _period_has_begun(),
        ],
    )


def _within_plausible_range(catalog: Catalog, severity: str) -> list[Expectation]:
    def reason(indicator: Indicator) -> Text | None:
        plausible = indicator.plausible
        return plausible.why if plausible.severity == severity else None

    why = Text(
        fr="La valeur sort de la plage plausible fixée au catalogue.",
        en="The value is outside the plausible range set in the catalogue.",
    )
    reasons = _reasons(catalog, reason)
    return [
        ExpectColumnPairValuesAToBeGreaterThanB(
            column_A="value",
            column_B=f"{severity}_min",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            severity=severity,
            meta=_meta("below_plausible_range", why, f"≥ {{{severity}_min:g}}", reasons),
        ),
        ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=f"{severity}_max",
            column_B="value",
            or_equal=True,
            ignore_row_if="either_value_is_missing",
            severity=severity,
            meta=_meta("above_plausible_range", why, f"≤ {{{severity}_max:g}}", reasons),
        ),
    ]


def _change_is_believable(catalog: Catalog) -> Expectation:
    why = Text(
        fr="La valeur a changé plus qu'on ne peut le croire depuis la mesure précédente.",
        en="The value changed more than one can believe since the measure before.",
    )
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="max_change_share",
        column_B="change_share",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        severity="warning",
        meta=_meta(
            "sudden_change",
            why,
            "± {max_change_share:.0%}",
            _reasons(catalog, lambda indicator: indicator.plausible.change_why),
            observed="± {change_share:.0%}",
        ),
    )


def _share_is_at_most_the_whole() -> Expectation:
    why = Text(
        fr="Une part dépasse 100 % : la source compte plus dans la partie que dans le tout.",
        en="A share exceeds 100 %: the source counts more in the part than in the whole.",
    )
    return ExpectColumnValuesToBeBetween(
        column="share",
        max_value=100,
        severity="warning",
        meta=_meta("share_above_whole", why, "≤ 100", observed="{share:g}"),
    )


def _stock_does_not_vanish() -> Expectation:
    why = Text(
        fr="Le niveau tombe à zéro d'un relevé à l'autre : c'est plus souvent une réponse vide"
        " de la source qu'un fait.",
        en="The level falls to zero from one reading to the next: an empty answer of the source"
        " more often than a fact.",
    )
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="value",
        column_B="zero_after_some",
        or_equal=False,
        ignore_row_if="either_value_is_missing",
        severity="warning",
        meta=_meta("stock_vanished", why, "> 0"),
    )


def _period_has_begun() -> Expectation:
    why = Text(
        fr="La période commence après le jour où la source l'a communiquée : la date est fausse.",
        en="The period begins after the day on which the source told it: the date is wrong.",
    )
    return ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="told_on",
        column_B="period_start",
        or_equal=True,
        ignore_row_if="either_value_is_missing",
        severity="critical",
        meta=_meta("period_in_future", why, "≤ {told_on}", observed="{period_start}"),
    )


def _reasons(catalog: Catalog, reason: Reason) -> Mapping[str, Mapping[str, str]]:
    found = {each.id: reason(each) for each in catalog.indicators.values()}
    return {key: text.model_dump() for key, text in found.items() if text is not None}


def _meta(
    rule: str,
    why: Text,
    expected: str,
    reasons: Mapping[str, Mapping[str, str]] | None = None,
    observed: str = "{value:g}",
) -> dict[str, object]:
    """Describe a rule; `expected` and `observed` are formats over the columns of an unmet row."""
    return {
        "rule": rule,
        "why": why.model_dump(),
        "reasons": dict(reasons or {}),
        "expected": expected,
        "observed": observed,
    }
