"""A source in trouble is told about, and touches its own figures only."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from arobase import pipeline
from arobase.published import Published
from tests.e2e.conftest import OCTOBER
from tests.e2e.running import copied, dashboard, figures, living_in, pull_due

pytestmark = pytest.mark.xdist_group("e2e")

NEXT_DAY = datetime(2020, 10, 2, 8, tzinfo=UTC)
DOWN, EXPIRED = "instagram", "facebook_page"
FAULTS = {DOWN: "down", EXPIRED: "expired_token"}


@pytest.fixture(scope="module")
def troubled(october, sandbox, tmp_path_factory):
    """The next day: one service is down, another refuses our token, the others answer."""
    home = copied(october, tmp_path_factory.mktemp("troubled") / "home")
    sandbox.at(NEXT_DAY)
    for source_id, fault in FAULTS.items():
        sandbox.fault(source_id, fault)
    with living_in(home, sandbox.environ):
        failed = pull_due(NEXT_DAY)
        pipeline.refresh(now=NEXT_DAY)
    for source_id in FAULTS:
        sandbox.fault(source_id, None)
    sandbox.at(None)
    assert set(failed) == set(FAULTS)
    return home


def _headlines(home, city_id):
    reader = Published(home / "published").current()
    return {each.indicator_id: each for each in reader.headlines(city_id)}


@pytest.mark.parametrize("city_id", ["cachan", "montrouge", "val_de_bievre"])
def test_a_source_that_is_down_makes_its_own_cards_stale_and_no_other(october, troubled, city_id):
    before, after = _headlines(october, city_id), _headlines(troubled, city_id)
    theirs = {"instagram_followers", "facebook_followers", "facebook_response_delay"}

    for indicator_id, headline in after.items():
        assert headline.trust == (
            "stale" if indicator_id in theirs else before[indicator_id].trust
        ), indicator_id
        if indicator_id in theirs:
            assert headline.value == before[indicator_id].value
    states = {
        (each.source_id): each.state
        for each in Published(troubled / "published").current().freshness(city_id)
    }
    assert {source_id for source_id, state in states.items() if state == "failed"} == set(FAULTS)
    assert set(states.values()) == {"failed", "fresh"}


def test_no_figure_of_the_days_before_moves(october, troubled):
    assert set(figures(october)) <= set(figures(troubled))


@pytest.mark.browser
def test_the_pages_say_which_source_fails_and_what_to_do_without_the_token(
    troubled, sandbox, page, text
):
    with dashboard(troubled, now=NEXT_DAY) as address:
        page.goto(f"{address}/?villes=94016")
        page.wait_for_selector(".kpi-value")
        assert "en panne" in text("#carte-instagram_followers .kpi-foot")
        assert text("#carte-instagram_followers .kpi-value") == "1\u202f221"
        assert "à jour" in text("#carte-newsletter_subscribers .kpi-foot")

        page.goto(f"{address}/qualite")
        page.wait_for_selector("#lots")
        states = page.locator("[aria-labelledby=fraicheur] tr:has-text('Facebook')").inner_text()
        everything = page.content() + json.dumps(
            page.evaluate("Object.values(window.sessionStorage)")
        )

    assert "token" in states.lower() or "jeton" in states.lower()
    secrets = [value for name, value in sandbox.environ.items() if "SECRET" in name]
    assert secrets
    assert [secret for secret in secrets if secret in everything] == []


def test_no_token_is_in_any_published_table(troubled, sandbox):
    reader = Published(troubled / "published").current()
    secrets = [value for name, value in sandbox.environ.items() if "SECRET" in name]
    names = [row["name"] for row in reader.query("select table_name as name from duckdb_tables()")]

    assert "freshness" in names
    for name in names:
        content = str(reader.query(f'from "{name}"'))
        assert [secret for secret in secrets if secret in content] == [], name


def test_trouble_on_the_day_did_not_come_from_the_clock(october):
    assert {each.trust for each in _headlines(october, "cachan").values()} == {"confirmed"}
    assert OCTOBER < NEXT_DAY
