"""What the DAGs take from the catalogue."""

from __future__ import annotations

from datetime import timedelta

import pytest

from arobase.catalog import NATIONAL, Catalog, Period
from arobase.catalog.models import Cadence
from arobase.orchestration import flows


@pytest.mark.parametrize(
    ("every", "cron"),
    [
        (Period.day, "30 6 * * *"),
        (Period.week, "30 6 * * 1"),
        (Period.month, "30 6 1 * *"),
        (Period.quarter, "30 6 1 1,4,7,10 *"),
        (Period.year, "30 6 1 1 *"),
    ],
)
def test_a_source_is_pulled_at_its_hour_in_paris(
    repository_catalog: Catalog, every: Period, cron: str
):
    brevo = repository_catalog.sources["brevo"]
    source = brevo.model_copy(update={"cadence": Cadence(every=every, at="06:30")})

    timetable = flows.cadence(source)

    assert (timetable.expression, str(timetable.timezone)) == (cron, "Europe/Paris")


def test_a_new_source_waits_for_its_hour(repository_catalog: Catalog):
    timetable = flows.cadence(repository_catalog.sources["brevo"])

    assert timetable.run_immediately == timedelta()


def test_a_national_source_is_one_pull_for_all_towns(repository_catalog: Catalog):
    assert flows.town_groups(repository_catalog.sources["arcep_fibre"]) == [[NATIONAL]]


def test_only_the_towns_that_have_a_source_are_pulled(repository_catalog: Catalog):
    assert flows.town_groups(repository_catalog.sources["brevo"]) == [
        ["cachan", "montrouge", "val_de_bievre"]
    ]


def test_a_dropped_source_has_no_pull():
    pulled = {source.id for source in flows.pull_sources()}

    assert "brevo" in pulled
    assert "family_portal" not in pulled
