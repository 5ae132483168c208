"""The magazine's page: each figure came from the sandbox's answers and files, and is on the page."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import OCTOBER
from tests.e2e.running import dashboard

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("e2e")]

# As the magazine printed them, in its order, with the spaces of the French: none may break.
FIGURES = {
    "fibre_coverage_share": "95\u00a0%",
    "open_datasets": "40",
    "online_procedures": "3\u202f976",
    "family_accounts": "1\u202f298",
    "facebook_response_delay": "2\u202fh",
    "instagram_followers": "1\u202f221",
    "facebook_followers": "2\u202f554",
    "newsletter_subscribers": "986",
    "participatory_votes_online_share": "76\u00a0%",
}


@pytest.fixture
def open_page(october, page):
    with dashboard(october, now=OCTOBER) as address:
        page.goto(f"{address}/?villes=94016")
        page.wait_for_selector(".kpi-value")
        yield page


def test_the_nine_figures_of_cachan_are_on_the_page_with_what_was_printed(open_page):
    cards = {
        card.get_attribute("id").removeprefix("carte-"): card
        for card in open_page.locator("[id^=carte-]").all()
    }

    assert {name: card.locator(".kpi-value").inner_text() for name, card in cards.items()} == (
        FIGURES
    )
    for name, card in cards.items():
        assert card.locator(".claim-said").count() == 1, name
        said = card.locator(".claim-verdict").inner_text()
        assert FIGURES[name] in said, name
        assert "confirmé" in said, name
