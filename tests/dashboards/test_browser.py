"""The pages in a real browser: what is read, by whom, on what screen, in which state."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.dashboards.test_view_models import WITHHELD

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

PAGES = ("/", "/indicateurs/facebook_followers", "/indicateurs/online_procedures", "/qualite",
         "/accessibilite", "/plan-du-site", "/nulle-part")  # fmt: skip
NARROW_NO_BREAK = "\u202f"
HOSTILE = (
    *WITHHELD,
    "update freshness set state = 'failed', last_error = '403 : jeton expiré'"
    " where source_id = 'instagram'",
    "update freshness set state = 'never', last_received_at = null where source_id = 'brevo'",
    "delete from indicator_values where indicator_id = 'newsletter_subscribers'",
    "delete from freshness where source_id = 'decidim' and city_id = 'cachan'",
    "delete from indicator_values where indicator_id = 'participatory_votes_online_share'",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_no_page_has_an_accessibility_violation(publisher, visit, scheme: str, width: int) -> None:
    publisher.publish()
    seen = visit(width=width, scheme=scheme)

    for path in PAGES:
        seen.open(path)
        if "indicateurs" in path:
            seen.page.wait_for_selector(".js-plotly-plot .main-svg")
        assert seen.violations() == [], path
        assert seen.page.locator("h1").count() == 1
        assert seen.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_state_has_an_accessibility_violation(publisher, visit, scheme: str) -> None:
    publisher.publish(*HOSTILE)
    seen = visit(scheme=scheme)

    seen.open("/?villes=94016,00000")
    seen.page.locator("summary").first.click()
    assert seen.violations() == []
    seen.open("/indicateurs/facebook_followers")
    seen.page.locator(".data summary").click()
    assert seen.violations() == []
    seen.open("/qualite?lang=en")
    assert seen.violations() == []


def test_pages_ask_nothing_of_other_sites_and_complain_of_nothing(publisher, visit) -> None:
    publisher.publish()
    seen = visit()

    for path in PAGES[:-1]:
        seen.open(path)
        seen.page.wait_for_load_state("networkidle")

    assert seen.outside == []
    assert seen.complaints == []


def test_the_nine_figures_are_on_the_page(publisher, visit) -> None:
    publisher.publish()
    seen = visit()

    page = seen.open("/?villes=94016&date=2020-10-01")
    page.wait_for_selector(".kpi-value")

    assert page.locator(".kpi-value").all_inner_texts() == [
        "95\u00a0%", "40", "3\u202f976", "1\u202f298", "2\u202fh",
        "1\u202f221", "2\u202f554", "986", "76\u00a0%",
    ]  # fmt: skip
    assert page.locator(".claim-verdict").count() == 9


def test_no_number_can_break_at_the_end_of_a_line(publisher, visit) -> None:
    publisher.publish()
    seen = visit()

    for path in ("/", "/?date=2020-10-01", "/indicateurs/online_procedures", "/qualite"):
        text = seen.open(path).locator("body").inner_text()
        assert re.findall(r"\d \d{3}(?!\d)|\d %|-\d{1,3}(?= )", text) == [], path


def test_a_missing_figure_is_words_never_a_zero(publisher, visit) -> None:
    publisher.publish(*HOSTILE)
    seen = visit()

    page = seen.open("/")

    assert seen.text("#carte-newsletter_subscribers .kpi-empty") == "Pas encore collecté"
    assert seen.text("#carte-participatory_votes_online_share .kpi-empty") == "Sans objet"
    assert "Tombé à zéro" in seen.text("#carte-facebook_followers .kpi-notice")
    assert "0" not in page.locator(".kpi-value").all_inner_texts()


def test_an_open_page_turns_to_the_new_version_by_itself(publisher, visit) -> None:
    publisher.publish()
    seen = visit()
    page = seen.open("/?date=2020-10-01")
    assert seen.text("#carte-facebook_followers .kpi-value") == "2\u202f554"

    publisher.publish("update indicator_values set value = 2600 where value = 2554")

    value = page.locator("#carte-facebook_followers .kpi-value")
    expect(value).to_have_text(re.compile(f"^2{NARROW_NO_BREAK}600$"))
    assert page.locator("[role=status]").inner_text() == "Chiffres mis à jour\u00a0: version 2."
    assert seen.complaints == []


def test_an_open_page_shows_the_first_version_when_it_comes(publisher, visit) -> None:
    seen = visit()
    page = seen.open("/")
    assert seen.text("h1") == "Rien n’est encore publié"

    publisher.publish()

    page.wait_for_selector(".kpi-value")
    assert seen.text("h1") == "Cachan, ville numérique"


def test_choices_go_into_the_address_and_back(publisher, visit) -> None:
    publisher.publish()
    seen = visit()
    page = seen.open("/")

    page.locator("#shell-city").click()
    page.get_by_role("option", name="Montrouge").click()
    expect(page.locator("h1")).to_contain_text("Montrouge")
    assert page.url.endswith("/?villes=92049")
    page.locator("#shell-day").fill("2020-10-01")
    page.wait_for_url("**/?villes=92049&date=2020-10-01")
    expect(page.locator(".lead")).to_contain_text("octobre 2020")

    page.go_back()
    expect(page.locator(".lead")).to_contain_text("novembre 2026")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Cachan")
    expect(page.locator("#shell-city")).to_have_value("Cachan")
    page.go_forward()
    expect(page.locator("h1")).to_contain_text("Montrouge")
    assert seen.complaints == []


def test_the_choices_follow_the_reader_from_page_to_page(publisher, visit) -> None:
    publisher.publish()
    page = visit().open("/?villes=92049&date=2021-03-01")

    page.get_by_role("link", name="Abonnés Instagram").click()
    page.wait_for_selector(".sheet")

    assert page.url.endswith("/indicateurs/instagram_followers?villes=92049&date=2021-03-01")
    assert page.title().endswith("Montrouge | Arobase")
    assert page.evaluate("document.activeElement.id") == "contenu"


def test_the_page_speaks_english_when_asked(publisher, visit) -> None:
    publisher.publish()
    seen = visit()
    page = seen.open("/?date=2020-10-01")

    page.get_by_role("link", name="English").click()
    page.wait_for_selector("html[lang=en] h1")

    assert page.url.endswith("/?date=2020-10-01&lang=en")
    assert seen.text("#carte-online_procedures .kpi-value") == "3,976"
    expect(page.get_by_role("textbox", name="Town")).to_have_value("Cachan")


def test_what_the_address_has_wrong_is_told(publisher, visit) -> None:
    publisher.publish()
    seen = visit()

    seen.open("/?villes=94016,00000&date=2031-01-01")

    assert "villes=00000, date=2031-01-01" in seen.text(".notice")


def test_colours_are_remembered(publisher, visit) -> None:
    publisher.publish()
    seen = visit(scheme="light")
    page = seen.open("/")

    page.get_by_label("Couleurs claires ou sombres").click()
    page.wait_for_selector("html[data-mantine-color-scheme=dark]")
    seen.open("/qualite")

    assert page.get_attribute("html", "data-mantine-color-scheme") == "dark"


def test_the_keyboard_reaches_everything_once_starting_with_the_skip_link(publisher, visit) -> None:
    publisher.publish()
    page = visit().open("/")
    page.wait_for_selector(".kpi-value")

    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stop = page.evaluate(
            "(e => e === document.body ? null :"
            " [...document.querySelectorAll('*')].indexOf(e))(document.activeElement)"
        )
        if stop is None or stop in stops[:1]:
            break
        if stop in stops[-1:]:
            continue  # the parts of a date are one control
        stops.append(stop)
        if len(stops) == 1:
            assert page.evaluate("document.activeElement.className") == "skip"
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML.slice(0, 120)")

    assert len(stops) == len(set(stops))
    assert 20 <= len(stops) <= 40


def test_a_definition_opens_and_closes_from_the_keyboard(publisher, visit) -> None:
    publisher.publish()
    page = visit().open("/")
    summary = page.locator("summary").first

    summary.focus()
    page.keyboard.press("Enter")
    assert page.locator(".definition-text").first.is_visible()
    page.keyboard.press("Escape")

    assert not page.locator(".definition-text").first.is_visible()
    assert summary.evaluate("e => e === document.activeElement")


@pytest.mark.parametrize("width", [320, 360, 768, 1920])
def test_no_page_scrolls_sideways(publisher, visit, width: int) -> None:
    publisher.publish(*HOSTILE)
    seen = visit(width=width)
    spaced = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }"

    for path in PAGES:
        seen.open(path)
        for style in ("", spaced, ":root { font-size: 200% }" if width > 360 else ""):
            seen.page.evaluate("css => document.head.append(Object.assign("
                               "document.createElement('style'), {textContent: css}))", style)  # fmt: skip
            assert seen.page.evaluate("document.documentElement.scrollWidth") <= width, (
                path,
                style,
            )


def test_every_chart_is_named_captioned_and_doubled_by_a_table_of_equal_values(
    publisher, visit
) -> None:
    publisher.publish()
    page = visit().open("/indicateurs/fibre_coverage_share?p=24m")
    page.wait_for_selector(".js-plotly-plot .main-svg")

    drawn = page.evaluate("document.querySelector('.js-plotly-plot').data[0].y")
    hovers = page.evaluate("document.querySelector('.js-plotly-plot').data[0].hovertext")
    page.locator(".data summary").click()
    listed = page.locator(".data tbody tr td:first-of-type").all_inner_texts()

    assert len(drawn) == len(listed) == 7
    assert [text.split(" · ")[1] for text in hovers] == listed[::-1]
    assert page.locator("figure [role=img][aria-label]").count() == 1
    assert page.locator("figure figcaption").count() == 1


def test_a_chart_speaks_french(publisher, visit) -> None:
    publisher.publish()
    page = visit().open("/indicateurs/online_procedures?p=12m")
    page.wait_for_selector(".js-plotly-plot .xtick text")

    ticks = page.locator(".js-plotly-plot .xtick text").all_text_contents()
    values = page.locator(".js-plotly-plot .ytick text").all_text_contents()

    assert any("janv. 2026" in tick for tick in ticks)
    assert f"1{NARROW_NO_BREAK}000" in values


def test_nothing_moves_for_who_asked_for_less_motion(publisher, visit) -> None:
    publisher.publish()
    page = visit(motion="reduce").open("/")

    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter(e => parseFloat("
        "getComputedStyle(e).transitionDuration) > 0.01).length"
    )

    assert moving == 0


def test_paper_shows_the_figures_without_the_menus(publisher, visit) -> None:
    publisher.publish()
    page = visit().open("/")
    page.wait_for_selector(".kpi-value")

    page.emulate_media(media="print")

    assert not page.locator(".bar").is_visible()
    assert page.locator(".kpi-value").first.is_visible()
    assert page.evaluate("getComputedStyle(document.querySelector('.kpi')).breakInside") == "avoid"
