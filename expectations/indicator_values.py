"""Is a figure believable? Its range, its change, its share, its period.

Bounds differ by indicator, so they are columns of the rows judged (`arobase.audit.candidates`),
and what is judged is the room left inside them: a `room` below zero is outside, a null one is not
judged. That way one scan judges every indicator, however many there are. `meta.reasons` says why,
by indicator; `meta.why` is the reason common to all.
"""

from __future__ import annotations

from collections.abc import Callable

from great_expectations.core import ExpectationSuite
from great_expectations.expectations import ExpectColumnValuesToBeBetween
from great_expectations.expectations.expectation import Expectation

from arobase.catalog import Catalog, Indicator, Text
from expectations.meaning import meaning

FEWEST_PERSONS = 5
"""Below it a count of people could name somebody."""


def suite(catalog: Catalog) -> ExpectationSuite:
    """Build the suite over the figures that changed since the last audit."""
    return ExpectationSuite(
        name="indicator_values",
        expectations=[
            _within_plausible_range(catalog, "critical"),
            _within_plausible_range(catalog, "warning"),
            _change_is_believable(catalog),
            _share_is_at_most_the_whole(),
            _stock_does_not_vanish(),
            _period_has_begun(),
            _persons_are_not_few(),
        ],
    )


def _within_plausible_range(catalog: Catalog, severity: str) -> Expectation:
    def reason(indicator: Indicator) -> Text | None:
        plausible = indicator.plausible
        return plausible.why if plausible.severity == severity else None

    why = Text(
        fr="La valeur sort de la plage plausible fixée au catalogue.",
        en="The value is outside the plausible range set in the catalogue.",
    )
    return ExpectColumnValuesToBeBetween(
        column=f"{severity}_range_room",
        min_value=0,
        severity=severity,
        meta=meaning(
            "plausible_range",
            why,
            observed="{value:g}",
            expected="{plausible_min:g} – {plausible_max:g}",
            reasons=_reasons(catalog, reason),
        ),
    )


def _change_is_believable(catalog: Catalog) -> Expectation:
    why = Text(
        fr="La valeur a changé plus qu'on ne peut le croire depuis la mesure précédente.",
        en="The value changed more than one can believe since the measure before.",
    )
    return ExpectColumnValuesToBeBetween(
        column="change_room",
        min_value=0,
        severity="warning",
        meta=meaning(
            "sudden_change",
            why,
            observed="{previous_value:g} → {value:g}",
            expected="± {max_change_share:.0%}",
            reasons=_reasons(catalog, lambda indicator: indicator.plausible.change_why),
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
        meta=meaning("share_above_whole", why, observed="{share:g}", expected="≤ 100"),
    )


def _stock_does_not_vanish() -> Expectation:
    why = Text(
        fr="Le niveau tombe à zéro d'un relevé à l'autre : c'est plus souvent une réponse vide"
        " de la source qu'un fait.",
        en="The level falls to zero from one reading to the next: an empty answer of the source"
        " more often than a fact.",
    )
    return ExpectColumnValuesToBeBetween(
        column="left_of_stock",
        min_value=0,
        strict_min=True,
        severity="warning",
        meta=meaning("stock_vanished", why, observed="{value:g}", expected="> 0"),
    )


def _period_has_begun() -> Expectation:
    why = Text(
        fr="La période commence après le jour où la source l'a communiquée : la date est fausse.",
        en="The period begins after the day on which the source told it: the date is wrong.",
    )
    return ExpectColumnValuesToBeBetween(
        column="days_before_told",
        min_value=0,
        severity="critical",
        meta=meaning("period_in_future", why, observed="{period_start}", expected="≤ {told_on}"),
    )


def _persons_are_not_few() -> Expectation:
    why = Text(
        fr="Moins de cinq personnes : secret statistique, la valeur n'est pas publiée.",
        en="Fewer than five persons: statistical secrecy, the value is not published.",
    )
    return ExpectColumnValuesToBeBetween(
        column="persons_counted",
        min_value=FEWEST_PERSONS,
        severity="critical",
        meta=meaning("few_persons", why, observed=f"< {FEWEST_PERSONS}", expected="0, ≥ 5"),
    )


def _reasons(catalog: Catalog, reason: Callable[[Indicator], Text | None]) -> dict[str, Text]:
    found = {each.id: reason(each) for each in catalog.indicators.values()}
    return {indicator_id: text for indicator_id, text in found.items() if text is not None}
