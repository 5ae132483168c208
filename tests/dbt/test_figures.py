"""The whole project on a small warehouse: what is built, when, and that any road leads to the same figures."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from arobase import transform as module
from arobase.catalog import catalog
from arobase.errors import TransformFailed
from arobase.settings import settings
from arobase.transform import transform
from arobase.warehouse import writer
from tests.raw_batches import (
    RawBatches,
    account,
    conversation,
    coverage,
    process,
    project,
    request,
)

OCTOBER = datetime(2020, 10, 1, 7, 0, tzinfo=UTC)
NOVEMBER = datetime(2020, 11, 1, 7, 0, tzinfo=UTC)

FIGURES = """
    select indicator_id, city_id, period_start, period_end, value, numerator, denominator, status,
        source_id, definition_version
    from marts.indicator_values order by all
"""


def receive_october(batches: RawBatches) -> None:
    batches.receive("facebook_page", "cachan", "2020-10-01",
        page=[{"followers_count": 2554}],
        conversations=[
            conversation("t", ("jo", "2020-09-10T08:00:00+0000"), ("town", "2020-09-10T10:00:00+0000")),
            conversation("u", ("jo", "2020-09-30T09:00:00+0000")),
        ],
    )  # fmt: skip
    batches.receive("instagram", "cachan", "2020-10-01", account=[{"followers_count": 1221}])
    batches.receive("brevo", "montrouge", "2020-10-01",
        lists=[{"id": 5, "totalSubscribers": 900}, {"id": 8, "totalSubscribers": 86}],
    )  # fmt: skip
    batches.receive("opendatasoft", "cachan", "2020-10-01",
        datasets=[{"dataset_id": str(each), "visibility": "domain"} for each in range(40)],
    )  # fmt: skip
    batches.receive("arcep_fibre", "_national", "2020-10-01",
        coverage=[coverage("94016", "2020-06-30", 12424, 13078), coverage("75056", "2020-06-30", 1, 2)],
    )  # fmt: skip
    batches.receive("decidim", "cachan", "2020-10-01",
        processes=[process("9", "2019-06-30")],
        projects=[project("1", "9", 700, 200), project("2", "9", 62, 38)],
    )  # fmt: skip
    batches.receive("family_portal", "cachan", "2020-10-01",
        accounts=[account("a"), account("b"), account("c", "closed")],
        requests=[request("1", "03/08/2020"), request("2", "2020-09-30"), request("3", "30/09/2020")],
    )  # fmt: skip


def receive_november(batches: RawBatches) -> None:
    batches.receive("facebook_page", "cachan", "2020-11-01",
        page=[{"followers_count": 2600}],
        conversations=[
            conversation("u", ("jo", "2020-09-30T09:00:00+0000"), ("town", "2020-10-01T09:00:00+0000")),
            conversation("v", ("jo", "2020-10-20T09:00:00+0000"), ("town", "2020-10-20T09:30:00+0000")),
        ],
    )  # fmt: skip
    batches.receive("family_portal", "cachan", "2020-11-01",
        accounts=[account("a"), account("b", "closed"), account("d")],
        requests=[
            request("0", "01/08/2020"),
            request("2", "30/09/2020", "cancelled"),
            request("3", "02/10/2020"),
        ],
    )  # fmt: skip


@pytest.fixture
def october(transformed_home):
    with writer() as connection:
        receive_october(RawBatches(connection))


def test_the_figures_of_a_day_come_from_what_was_received_on_it(october, ask):
    transform(now=OCTOBER)

    assert ask(
        "select indicator_id, city_id, period_start::varchar, period_end::varchar, round(value, 2)"
        " from marts.indicator_values order by all"
    ) == [
        ("facebook_followers", "cachan", "2020-10-01", "2020-10-01", 2554),
        ("facebook_response_delay", "cachan", "2020-09-02", "2020-10-01", 2),
        ("family_accounts", "cachan", "2020-10-01", "2020-10-01", 2),
        ("fibre_coverage_share", "cachan", "2020-06-30", "2020-06-30", 95.0),
        ("instagram_followers", "cachan", "2020-10-01", "2020-10-01", 1221),
        ("newsletter_subscribers", "montrouge", "2020-10-01", "2020-10-01", 986),
        ("online_procedures", "cachan", "2020-08-01", "2020-08-31", 1),
        ("online_procedures", "cachan", "2020-08-03", "2020-08-31", 1),
        ("online_procedures", "cachan", "2020-08-03", "2020-09-30", 3),
        ("online_procedures", "cachan", "2020-08-03", "2020-10-01", 3),
        ("online_procedures", "cachan", "2020-09-01", "2020-09-30", 2),
        ("open_datasets", "cachan", "2020-10-01", "2020-10-01", 40),
        ("participatory_votes_online_share", "cachan", "2019-01-01", "2019-12-31", 76.2),
    ]  # fmt: skip


def test_the_magazines_claims_meet_their_measures(october, ask):
    transform(now=OCTOBER)

    verdicts = dict(ask("select claim_id, verdict from marts.claims"))
    assert verdicts["fibre_95"] == "confirmed"
    assert verdicts["facebook_response_2h"] == "confirmed"
    assert verdicts["votes_online_76"] == "confirmed"
    assert verdicts["online_procedures_3976"] == "differs"
    assert verdicts["newsletter_986"] == "not_measured"
    assert verdicts["open_datasets_quarantaine"] == "not_measured"


def test_building_batch_by_batch_gives_the_figures_of_building_at_once(october, ask):
    transform(now=OCTOBER)
    with writer() as connection:
        receive_november(RawBatches(connection))
    transform(now=NOVEMBER)
    step_by_step = ask(FIGURES)

    transform(now=NOVEMBER, full=True)

    assert len(step_by_step) > 15
    assert ask(FIGURES) == step_by_step


def test_a_later_export_moves_months_but_not_what_was_told_before(october, ask):
    transform(now=OCTOBER)
    with writer() as connection:
        receive_november(RawBatches(connection))

    transform(now=NOVEMBER)

    assert ask(
        "select period_start::varchar, period_end::varchar, value from marts.indicator_values"
        " where indicator_id = 'online_procedures' order by all"
    ) == [
        ("2020-08-01", "2020-08-31", 2),
        ("2020-08-01", "2020-10-01", 3),
        ("2020-08-01", "2020-10-31", 3),
        ("2020-08-01", "2020-11-01", 3),
        ("2020-10-01", "2020-10-31", 1),
    ]
    assert ask(
        "select value from marts.indicator_values where indicator_id = 'family_accounts'"
        " order by period_end"
    ) == [2, 2]


def test_a_new_batch_builds_only_what_depends_on_it(october, ask):
    transform(now=OCTOBER)
    with writer() as connection:
        RawBatches(connection).receive(
            "instagram", "cachan", "2020-10-02", account=[{"followers_count": 1230}]
        )

    report = transform(now=OCTOBER)

    assert report.models_built == len({"indicator_values", "claims", "freshness"})
    assert ask(
        "select value from marts.indicator_values where indicator_id = 'instagram_followers'"
        " order by period_end"
    ) == [1221, 1230]


def test_without_a_new_batch_only_freshness_moves_with_the_clock(october, ask):
    transform(now=OCTOBER)
    state = "select state from marts.freshness where city_id = 'cachan' and source_id = 'instagram'"
    assert ask(state) == ["fresh"]

    report = transform(now=NOVEMBER)

    assert report.models_built == 1
    assert ask(state) == ["late"]


def test_a_failed_batch_is_told_and_changes_no_figure(october, ask):
    transform(now=OCTOBER)
    before = ask(FIGURES)
    with writer() as connection:
        RawBatches(connection).receive("instagram", "cachan", "2020-10-02", status="failed")

    transform(now=OCTOBER)

    assert ask(FIGURES) == before
    assert ask(
        "select state from marts.freshness where city_id = 'cachan' and source_id = 'instagram'"
    ) == ["failed"]


def test_a_build_stopped_before_its_mark_moved_is_done_again_to_the_same_end(
    october, ask, monkeypatch
):
    transform(now=OCTOBER)
    undisturbed = ask(FIGURES)
    with writer() as connection:
        receive_november(RawBatches(connection))
    with monkeypatch.context() as patch:
        patch.setattr(module, "_move_mark", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            transform(now=NOVEMBER)

    transform(now=NOVEMBER)

    again = ask(FIGURES)
    assert len(again) > len(undisturbed)
    transform(now=NOVEMBER, full=True)
    assert ask(FIGURES) == again


def test_a_failed_data_test_names_itself_and_shows_rows_and_the_mark_stays(transformed_home, ask):
    with writer() as connection:
        RawBatches(connection).receive(
            "family_portal", "cachan", "2020-10-02", accounts=[{**account("a"), "account_id": None}]
        )

    with pytest.raises(TransformFailed, match=r"data test never_null_int_family_acc") as failure:
        transform(now=OCTOBER)

    assert "account_id=None, is_active=True" in str(failure.value)
    assert ask("select _batch_id from meta.marks where step = 'transform'") == [0]


def test_a_failed_model_names_itself_and_says_why(transformed_home):
    with writer() as connection:
        RawBatches(connection).receive("instagram", "cachan", "2020-10-02")
        connection.execute("drop view staging.stg_instagram__accounts")

    with pytest.raises(TransformFailed, match=r"(?s)model indicator_values: .*stg_instagram"):
        transform(now=OCTOBER)


def test_an_answer_with_unreadable_dates_loses_them_and_not_the_other_towns(transformed_home, ask):
    with writer() as connection:
        batches = RawBatches(connection)
        batches.receive(
            "facebook_page",
            "cachan",
            "2020-10-01",
            conversations=[conversation("t", ("jo", "yesterday"), ("town", "today"))],
        )
        batches.receive(
            "decidim",
            "cachan",
            "2020-10-01",
            processes=[process("9", "soon")],
            projects=[project("1", "9", 7, 3)],
        )
        batches.receive("instagram", "montrouge", "2020-10-01", account=[{"followers_count": 5}])

    transform(now=OCTOBER)

    assert ask("select city_id, value from marts.indicator_values") == [("montrouge", 5)]


def test_a_town_added_later_gets_what_national_sources_said_before(
    october, ask, tmp_path, monkeypatch
):
    transform(now=OCTOBER)
    overlay = tmp_path / "catalog" / "cities"
    overlay.mkdir(parents=True)
    (overlay / "paris.yml").write_text(
        'id: paris\nname: Paris\ninsee_code: "75056"\nsources: {arcep_fibre: {}}\n'
    )

    repository = settings().catalog[0]
    monkeypatch.setenv("AROBASE_CATALOG", f"{repository}:{overlay.parent}")
    settings.cache_clear()
    catalog.cache_clear()

    transform(now=OCTOBER)

    assert ask("select value from marts.indicator_values where city_id = 'paris'") == [50.0]
    assert ask("select name from marts.cities where city_id = 'paris'") == ["Paris"]


def test_dates_are_the_towns_own(transformed_home, ask):
    with writer() as connection:
        batch = RawBatches(connection).receive(
            "instagram", "cachan", "2020-10-01", account=[{"followers_count": 1}]
        )
        connection.execute(
            "update raw.instagram__account set _received_at = '2020-10-01 22:30:00+00'"
            " where _batch_id = ?",
            [batch],
        )

    transform(now=OCTOBER)

    assert ask("select period_end from marts.indicator_values") == [date(2020, 10, 2)]
