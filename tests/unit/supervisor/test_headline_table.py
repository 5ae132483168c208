"""The table that `arobase up` ends its start with: figures as a French reader writes them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from rich.console import Console

from arobase.published.figures import ClaimRow, Headline, Value
from arobase.supervisor import headline_table

ON = date(2020, 10, 1)


def _claim(value: float, said_on: date) -> ClaimRow:
    return ClaimRow(
        claim_id="c",
        document_id="d",
        document="Magazine",
        publisher="Ville",
        published_on=said_on,
        sentence="",
        said_on=said_on,
        city_id="cachan",
        indicator_id="online_procedures",
        claimed_value=value,
        comparison="exactly",
        measured_value=None,
        measured_period_start=None,
        measured_period_end=None,
        gap=None,
        verdict="confirmed",
    )


def _headline(indicator_id: str, value: float | None, claims=(), trust="confirmed") -> Headline:
    figure = Value(
        city_id="cachan",
        indicator_id=indicator_id,
        period_start=ON,
        period_end=ON,
        value=value,
        numerator=None,
        denominator=None,
        origin="measured",
        status="published",
        source_id="family_portal",
        as_of=datetime(2020, 10, 1, tzinfo=UTC),
        definition_version=1,
        is_cumulated=False,
    )
    return Headline(
        city_id="cachan",
        indicator_id=indicator_id,
        figure=None if value is None else figure,
        trust=trust,
        reasons=(),
        withheld_period_end=None,
        previous_value=None,
        previous_period_end=None,
        freshness=None,
        target=None,
        claims=tuple(claims),
    )


@pytest.fixture
def shown(repository_catalog):
    def show(*headlines: Headline, language: str = "fr") -> str:
        class Reader:
            def headlines(self, city_id: str, on: date) -> list[Headline]:
                return list(headlines)

        console = Console(width=140, no_color=True)
        city = repository_catalog.cities["cachan"]
        with console.capture() as capture:
            console.print(headline_table.table(repository_catalog, city, Reader(), ON, language))
        return capture.get()

    return show


def test_a_figure_has_its_french_format_its_day_its_trust_and_the_claim_beside(shown):
    text = shown(
        _headline("online_procedures", 3976, [_claim(3976, ON)]),
        _headline("fibre_coverage_share", 95.0, trust="check"),
        _headline("facebook_response_delay", 2.0),
    )

    assert "Cachan, au 1er octobre 2020" in text
    row = next(line for line in text.splitlines() if "3\u202f976" in line)
    assert row.count("3\u202f976") == 2
    assert "1er oct. 2020" in row
    assert "confirmé" in row
    assert "95\u00a0%" in text or "95\u202f%" in text
    assert "à vérifier" in text
    assert "2\u202fh" in text


def test_what_was_said_later_is_not_shown_beside_an_earlier_day(shown):
    text = shown(_headline("online_procedures", 3976, [_claim(9999, date(2021, 1, 1))]))

    assert "9\u202f999" not in text


def test_a_missing_figure_is_said_and_never_a_zero(shown):
    text = shown(_headline("open_datasets", None, trust="none"))

    assert "pas de valeur" in text
    assert "sans valeur" in text
    assert " 0 " not in text


def test_english_on_demand(shown):
    text = shown(_headline("open_datasets", 40), language="en")

    assert "Cachan, on 1 October 2020" in text
    assert "confirmed" in text


def test_the_remembered_day_is_the_one_most_figures_were_said_on(repository_catalog):
    cachan = repository_catalog.cities["cachan"]
    saint_aubin = repository_catalog.cities["saint_aubin_les_etangs"]

    assert headline_table.remembered_day(repository_catalog, cachan) == ON
    assert headline_table.remembered_day(repository_catalog, saint_aubin) is None
