"""What pages say, before any browser: the honest states above all."""

from datetime import date

import pytest

from dashboards.view_models.card import Card, reached_share
from dashboards.view_models.change import verdict_of
from dashboards.view_models.indicator import sheet
from dashboards.view_models.overview import Overview, overview
from dashboards.view_models.quality import quality
from dashboards.view_models.series import csv_text, series

CACHAN_2020 = "?villes=94016&date=2020-10-01"
WITHHELD = (
    "update indicator_values set value = null, status = 'withheld' where city_id = 'cachan'"
    " and indicator_id = 'facebook_followers' and period_end = '2026-11-24'",
    "insert into findings values ('r', now(), 'indicator_values', 'range', 'cachan',"
    " 'facebook_followers', '2026-11-24', '2026-11-24', 'critical', 'Tombé à zéro.', 'Fell to zero.',"
    " '0', 'au moins 1', 1, now(), now(), null)",
)


def card_of(view: Overview, indicator_id: str) -> Card:
    (found,) = [card for card in view.cards if card.indicator_id == indicator_id]
    return found


def test_the_nine_figures_of_the_magazine_are_read_as_it_printed_them(
    publisher, context_of
) -> None:
    publisher.publish()

    view = overview(context_of(CACHAN_2020))

    assert [card.value for card in view.cards] == [
        "95\u00a0%",
        "40",
        "3\u202f976",
        "1\u202f298",
        "2\u202fh",
        "1\u202f221",
        "2\u202f554",
        "986",
        "76\u00a0%",
    ]
    assert all(card.claim and card.claim.badge.word == "confirmé" for card in view.cards)


def test_the_first_sentence_is_made_from_the_figures(publisher, context_of) -> None:
    publisher.publish()

    assert overview(context_of(CACHAN_2020)).summary.startswith(
        "Au 1er octobre 2020, 9 indicateurs sur 9 sont mesurés."
    )
    assert overview(context_of()).summary.startswith(
        "Au 24 novembre 2026, 9 indicateurs sur 9 sont à jour."
    )
    assert overview(context_of("?lang=en")).summary.startswith(
        "On 24 November 2026, 9 indicators out of 9 are up to date."
    )


def test_a_withheld_figure_shows_the_last_good_one_and_says_why(publisher, context_of) -> None:
    publisher.publish(*WITHHELD)

    view = overview(context_of())
    card = card_of(view, "facebook_followers")

    assert card.period == "Au 1er nov. 2026"
    assert card.trust.word == "périmé"
    assert card.notice == "La valeur du 24 nov. 2026 est retenue\u00a0: Tombé à zéro."
    assert "Retenu" in [each.reason.kind for each in view.watched]


def test_a_figure_withheld_from_the_start_is_never_a_zero(publisher, context_of) -> None:
    publisher.publish(
        "delete from indicator_values where city_id = 'cachan' and"
        " indicator_id = 'facebook_followers' and period_end < '2026-11-24'",
        *WITHHELD,
    )

    card = card_of(overview(context_of()), "facebook_followers")

    assert card.value is None
    assert card.empty == "Valeur retenue"
    assert "Tombé à zéro." in card.notice


def test_what_was_never_collected_says_so(publisher, context_of) -> None:
    publisher.publish(
        "delete from indicator_values where indicator_id = 'open_datasets'",
        "update freshness set state = 'never', last_received_at = null"
        " where source_id = 'opendatasoft'",
    )

    view = overview(context_of())
    card = card_of(view, "open_datasets")

    assert (card.value, card.empty) == (None, "Pas encore collecté")
    assert "Jamais reçu" in [each.reason.kind for each in view.watched]


def test_a_service_the_town_does_not_have_is_not_a_fault(publisher, context_of) -> None:
    publisher.publish()

    view = overview(context_of("?villes=91992"))

    assert card_of(view, "newsletter_subscribers").empty == "Sans objet"
    assert card_of(view, "fibre_coverage_share").empty == "Pas encore de mesure"
    assert view.summary.startswith("Au 24 novembre 2026, 0 indicateur sur 5 est à jour.")


@pytest.mark.parametrize(
    ("state", "word", "kind"),
    [("late", "en retard", "En retard"), ("failed", "en panne", "En panne")],
)
def test_a_source_that_does_not_answer_is_told(publisher, context_of, state, word, kind) -> None:
    publisher.publish(
        f"update freshness set state = '{state}', last_received_at = '2026-11-18 06:00:00+00'"
        " where city_id = 'cachan' and source_id = 'instagram'"
    )

    view = overview(context_of())
    card = card_of(view, "instagram_followers")

    assert card.freshness is not None
    assert card.freshness.word == word
    assert card.notice.endswith("dernière réception le 18 nov. 2026, 07:00.")
    assert kind in [each.reason.kind for each in view.watched]


def test_a_past_day_is_not_judged_by_how_late_sources_are_now(publisher, context_of) -> None:
    publisher.publish("update freshness set state = 'failed'")

    view = overview(context_of(CACHAN_2020))

    assert all(card.freshness is None and not card.notice for card in view.cards)


def test_before_the_first_measure_there_is_none(publisher, context_of) -> None:
    publisher.publish()

    card = card_of(overview(context_of("?date=2019-01-01")), "facebook_followers")

    assert (card.value, card.empty) == (None, "Pas de mesure à cette date")


@pytest.mark.parametrize(
    ("direction", "value", "former", "verdict"),
    [
        ("up", 110, 100, "favourable"),
        ("up", 90, 100, "unfavourable"),
        ("down", 3, 2, "unfavourable"),
        ("down", 2, 3, "favourable"),
        ("up", 100.4, 100, "stable"),
        ("neutral", 110, 100, "none"),
        ("up", 0, 0, "stable"),
    ],
)
def test_a_move_is_judged_by_the_direction_that_is_favourable(
    direction, value, former, verdict
) -> None:
    assert verdict_of(direction, value, former) == verdict


def test_a_longer_delay_is_unfavourable_in_words(publisher, context_of) -> None:
    publisher.publish()

    change = card_of(overview(context_of()), "facebook_response_delay").change

    assert change is not None
    assert (change.icon, change.word) == ("up", "défavorable")
    assert change.text.endswith("depuis nov. 2025")


def test_a_target_is_a_share_of_the_way_and_less_is_more_for_a_delay() -> None:
    assert reached_share(95, 100, "up") == 95
    assert reached_share(101, 100, "up") == 100
    assert reached_share(2, 2, "down") == 100
    assert reached_share(4, 2, "down") == 50


def test_no_target_is_told_as_such(publisher, context_of) -> None:
    publisher.publish()

    assert card_of(overview(context_of()), "instagram_followers").target is None


def test_the_table_holds_what_the_curve_draws_and_a_gap_for_what_is_withheld(
    publisher, context_of
) -> None:
    publisher.publish(*WITHHELD)
    context = context_of("?p=12m")

    drawn = series(context, context.indicators["facebook_followers"])

    assert [point.value for point in drawn.points][-1] is None
    assert [point.status_text for point in drawn.points][-1] == "retenue"
    assert drawn.points[-2].value is not None


def test_a_month_under_way_is_drawn_as_provisional(publisher, context_of) -> None:
    publisher.publish()
    context = context_of("?p=12m")

    drawn = series(context, context.indicators["online_procedures"])

    assert drawn.is_bars
    assert [point.status for point in drawn.points][-2:] == ["published", "provisional"]
    assert drawn.points[-1].day == date(2026, 11, 1)


def test_both_downloads_hold_the_same_values(publisher, context_of) -> None:
    publisher.publish()
    context = context_of(CACHAN_2020)
    indicator = context.indicators["fibre_coverage_share"]

    french = csv_text(context, indicator, french=True)
    machine = csv_text(context, indicator, french=False)

    assert french.startswith("\ufeffcity_id;indicator_id;")
    assert french.replace(",", ".").replace(";", ",").lstrip("\ufeff") == machine
    assert machine.count("\r\n") == 1 + 2


def test_the_sheet_says_where_a_figure_comes_from(publisher, context_of) -> None:
    publisher.publish()

    view = sheet(context_of(CACHAN_2020), "facebook_followers")

    assert view.sentence == "Au 1er oct. 2020, Cachan\u00a0: 2\u202f554."
    assert {fact.name for fact in view.provenance} == {
        "Source",
        "Producteur",
        "Licence",
        "Dit par la source le",
        "Dernier lot",
    }
    assert view.history


def test_a_value_hidden_for_privacy_is_not_called_empty(publisher, context_of) -> None:
    publisher.publish("update quarantine set value = null")

    (refused,) = quality(context_of()).refused

    assert (refused.value, refused.no_value) == ("", "non affichée\u00a0: donnée personnelle")


def test_the_quality_page_accounts_for_every_line(publisher, context_of) -> None:
    publisher.publish(*WITHHELD)

    view = quality(context_of())

    assert view.summary == (
        "28 flux sur 28 sont à jour. 1 constat est en cours. 1 ligne a été refusée."
    )
    assert [each.text for each in view.doubts] == ["Tombé à zéro."]
    assert view.refused[0].place == "export_demandes.csv, ligne 42"
    assert view.refused[0].value == "31/02/2026"
    assert all(batch.lines == ("120", "117", "2", "1") for batch in view.batches)
