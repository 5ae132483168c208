"""With a real scheduler and a real browser: what is dropped is on the open page; what is broken is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from arobase.landing import Landing
from tests.airflow_fixture import RunningAirflow, until
from tests.e2e.running import dashboard, drop, figures, rows

pytestmark = [pytest.mark.airflow, pytest.mark.browser, pytest.mark.xdist_group("airflow")]

PUBLISHED_S = 180
BY_HAND, FROM_SANDBOX = "saint_aubin_les_etangs", "val_de_bievre"
ACCOUNTS_CARD = "#carte-family_accounts .kpi-value"
REFUSED, BATCHES = "[aria-labelledby=refus]", "[aria-labelledby=lots]"
# What the quality page says of each export that the sandbox spoils.
BROKEN = {
    "columns": ["Aucune ligne d.en-têtes reconnue"],
    "half": [r"ligne\s\d+", "La dernière ligne est coupée"],
    "dates": [r"ligne\s2\b", "attendu une date jj/mm/aaaa"],
}


def accounts(**states: str) -> str:
    lines = [f"{name};01/10/2020;{state};Oui" for name, state in states.items()]
    return "\n".join(["Id compte;Date d'ouverture;Etat;Liaison CAF", *lines, ""])


def published(airflow: RunningAirflow, found: Callable[[], object]) -> None:
    """Wait until something is in the published version and nothing more is on its way."""
    landing = Landing(airflow.home / "landing")

    def is_there() -> bool:
        link = airflow.home / "published" / "marts.duckdb"
        idle = not [*airflow.home.glob("inbox/*/*/*.ready"), *landing.pending()]
        return idle and link.exists() and bool(found())

    until(is_there, seconds=PUBLISHED_S, what=lambda: airflow.log_text("scheduler")[-3000:])


@pytest.fixture(scope="module")
def address(airflow):
    with dashboard(airflow.home) as address:
        yield address


@pytest.fixture(scope="module")
def this_hour(sandbox):
    """The sandbox's clock stands still, so that two exports of the same days are the same."""
    instant = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    sandbox.at(instant)
    yield instant
    sandbox.at(None)


@pytest.fixture(scope="module")
def requests_published(airflow, sandbox, this_hour):
    """An export of the sandbox that is as it should be, published."""
    sandbox.drop(airflow.home, FROM_SANDBOX, **{"from": "2026-10-01"})
    count = f"from indicator_values where city_id = '{FROM_SANDBOX}' and value > 0"
    published(airflow, lambda: rows(airflow.home, count))


def test_a_dropped_file_changes_the_figure_on_the_open_page(airflow, address, page):
    ten = {f"A{number}": "Actif" for number in range(1, 11)}
    drop(airflow.home, BY_HAND, "comptes_octobre.csv", accounts(**ten, A11="Clos"))
    page.goto(f"{address}/?villes=91992")
    expect(page.locator(ACCOUNTS_CARD)).to_have_text("10", timeout=PUBLISHED_S * 1000)
    page.evaluate("window.isTheSamePage = true")

    # Of the ten, one closes; three more open: 10 - 1 + 3.
    news = {"A10": "Clos", "A12": "Actif", "A13": "Actif", "A14": "Actif"}
    drop(airflow.home, BY_HAND, "comptes_novembre.csv", accounts(**news))

    expect(page.locator(ACCOUNTS_CARD)).to_have_text("12", timeout=PUBLISHED_S * 1000)
    assert page.evaluate("window.isTheSamePage")
    assert page.locator("[role=status]").inner_text().startswith("Chiffres mis à jour")


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_file_changes_only_the_quality_page_which_says_why(
    airflow, address, sandbox, requests_published, page, kind
):
    before = figures(airflow.home)
    page.goto(f"{address}/qualite")
    page.wait_for_selector(REFUSED)
    [name] = sandbox.drop(airflow.home, FROM_SANDBOX, broken=kind)

    line = page.locator(f"{REFUSED} tr:has-text('{name}'), {BATCHES} tr:has-text('{name}')").first
    line.wait_for(timeout=PUBLISHED_S * 1000)

    said = line.inner_text()
    for pattern in BROKEN[kind]:
        assert re.search(pattern, said), said
    assert figures(airflow.home) == before
