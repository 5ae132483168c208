from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from arobase.errors import NothingPublished, UsageError
from arobase.publish import publish
from arobase.published import FindingRow, Freshness, Published, Value, published, trust
from arobase.settings import settings
from tests.marts import NOW, Marts, figure

PROCEDURES = {"indicator_id": "online_procedures", "source_id": "family_portal"}
LAUNCH = date(2020, 8, 3)


@pytest.fixture
def marts(home) -> Marts:
    filled = Marts()
    filled.start()
    return filled


def shown(marts, *figures, now=NOW, finding=None) -> Published:
    marts.batch(*figures)
    marts.run("delete from meta.marks")
    marts.run(
        "insert into meta.marks values ('audit.indicator_values', ?, ?, '{}')", marts.newest, now
    )
    if finding:
        severity, end = finding
        marts.run(
            "insert into quality.findings values ('r', ?, 'indicator_values', 'rule', 'cachan',"
            " 'facebook_followers', ?, ?, ?, 'trop', 'too', '1', '2', 1, ?, ?, null)",
            *(now, end, end, severity, now, now),
        )
    publish(now=now)
    return Published(settings().published)


def headline(shown: Published, indicator_id="facebook_followers", on=None):
    return shown.current().headline("cachan", indicator_id, on)


def test_without_a_published_version_the_message_says_what_to_do(home):
    with pytest.raises(NothingPublished, match="arobase refresh"):
        published().current()


def test_headlines_come_in_the_catalogues_order_also_without_a_value(marts, repository_catalog):
    found = shown(marts, figure(2554)).headlines("cachan")

    assert [each.indicator_id for each in found] == [
        each.id for each in repository_catalog.headlines()
    ]
    assert {each.indicator_id: each.value for each in found if each.figure} == {
        "facebook_followers": 2554
    }
    assert {each.trust for each in found} == {"none", "confirmed"}


def test_the_figure_is_the_newest_one_known_on_the_day(marts):
    days = [figure(2500 + day, date(2026, 11, day)) for day in (1, 10, 20)]
    found = shown(marts, *days)

    assert headline(found).value == 2520
    assert headline(found, on=date(2026, 11, 15)).value == 2510
    assert headline(found, on=date(2026, 10, 31)).figure is None


def test_the_previous_value_is_the_last_of_an_earlier_month(marts):
    days = [
        figure(2400, date(2026, 10, 30)),
        figure(2450, date(2026, 10, 31)),
        figure(2500, date(2026, 11, 1)),
        figure(2554, date(2026, 11, 20)),
    ]
    found = headline(shown(marts, *days))

    assert (found.previous_value, found.previous_period_end) == (2450, date(2026, 10, 31))


def _procedures():
    return [
        figure(300, date(2026, 9, 30), start=date(2026, 9, 1), **PROCEDURES),
        figure(9000, date(2026, 9, 30), start=LAUNCH, **PROCEDURES),
        figure(310, date(2026, 10, 31), start=date(2026, 10, 1), **PROCEDURES),
        figure(9310, date(2026, 10, 31), start=LAUNCH, **PROCEDURES),
        figure(90, date(2026, 11, 30), start=date(2026, 11, 1), status="provisional", **PROCEDURES),
        figure(9400, date(2026, 11, 20), start=LAUNCH, **PROCEDURES),
    ]


def test_the_headline_of_a_cumulated_flow_is_its_total_since_the_start(marts):
    found = shown(marts, *_procedures())

    now = headline(found, "online_procedures")
    assert (now.value, now.figure.is_cumulated, now.figure.period_start) == (9400, True, LAUNCH)
    assert now.previous_value == 9310
    assert headline(found, "online_procedures", date(2026, 10, 31)).value == 9310
    assert headline(found, "online_procedures", date(2026, 11, 30)).value == 9400


def test_the_headline_of_another_flow_is_its_latest_full_month(marts):
    marts.run("update catalog.indicators set headline_period = 'latest'")
    found = shown(marts, *_procedures())

    assert headline(found, "online_procedures").value == 310
    assert headline(found, "online_procedures", date(2026, 11, 30)).value == 310


def test_a_series_keeps_months_and_totals_apart(marts):
    reader = shown(marts, *_procedures()).current()

    totals = reader.series("cachan", "online_procedures")
    months = reader.series("cachan", "online_procedures", cumulated=False)
    one = reader.series(
        "cachan",
        "online_procedures",
        start=date(2026, 10, 1),
        end=date(2026, 10, 31),
        cumulated=False,
    )

    assert [each.value for each in totals] == [9000, 9310, 9400]
    assert [each.value for each in months] == [300, 310, 90]
    assert [each.value for each in one] == [310]


def test_a_newer_withheld_period_makes_the_figure_stale_with_the_reason(marts):
    shown(marts, figure(2554, date(2026, 11, 19)))
    found = headline(shown(marts, figure(-3), finding=("critical", date(2026, 11, 20))))

    assert (found.value, found.trust) == (2554, "stale")
    assert found.withheld_period_end == date(2026, 11, 20)
    assert [reason.why_fr for reason in found.reasons] == ["trop"]


def test_a_warning_on_the_figure_asks_to_check_it(marts):
    found = shown(marts, figure(2554), finding=("warning", date(2026, 11, 20)))

    assert headline(found).trust == "check"


def test_a_warning_on_another_period_says_nothing_about_this_figure(marts):
    days = [figure(2550, date(2026, 11, 19)), figure(2554)]
    found = shown(marts, *days, finding=("warning", date(2026, 11, 19)))

    assert headline(found).trust == "confirmed"
    assert headline(found, on=date(2026, 11, 19)).trust == "check"


def test_how_late_a_source_is_now_says_nothing_about_a_past_day(marts):
    marts.run("update marts.freshness set state = 'failed'")
    found = shown(marts, figure(2550, date(2026, 11, 10)), figure(2554))

    assert headline(found).trust == "stale"
    assert headline(found, on=date(2026, 11, 12)).trust == "confirmed"


def test_the_towns_own_target_comes_before_the_catalogues(marts):
    marts.run(
        "update catalog.indicators set target_value = 3000, target_by = '2027-12-31',"
        " target_reference = 'plan' where indicator_id = 'facebook_followers'"
    )
    assert headline(shown(marts, figure(2554))).target.value == 3000

    marts.run(
        "insert into catalog.city_targets values ('cachan', 'facebook_followers', 2600,"
        " '2026-12-31', 'charte')"
    )
    target = headline(shown(marts, figure(2555, date(2026, 11, 21)))).target
    assert (target.value, target.by, target.reference) == (2600, date(2026, 12, 31), "charte")


def test_claims_are_shown_from_the_day_they_were_made(marts):
    marts.run(
        "insert into marts.claims values ('c', 'd', 'doc', 'town', '2026-11-15', 'said',"
        " '2026-11-15', 'cachan', 'facebook_followers', 2554, 'exactly', 2554, '2026-11-20',"
        " '2026-11-20', 0, 'confirmed')"
    )
    found = shown(marts, figure(2550, date(2026, 11, 1)), figure(2554))

    assert [claim.claim_id for claim in headline(found).claims] == ["c"]
    assert headline(found, on=date(2026, 11, 14)).claims == ()


def test_a_town_without_the_source_has_no_freshness(marts):
    marts.run("delete from marts.freshness where source_id = 'facebook_page'")
    found = shown(marts, figure(1, indicator_id="open_datasets", source_id="opendatasoft"))

    assert headline(found).freshness is None
    assert headline(found, "open_datasets").freshness.state == "fresh"


def test_an_unknown_indicator_is_named(marts):
    with pytest.raises(UsageError, match="no_such"):
        headline(shown(marts, figure(2554)), "no_such")


def test_findings_filter_by_town_indicator_and_state(marts):
    reader = shown(marts, figure(2554), finding=("warning", date(2026, 11, 20))).current()

    assert len(reader.findings()) == 1
    assert len(reader.findings("cachan", "facebook_followers")) == 1
    assert reader.findings("montrouge") == []
    assert reader.findings("cachan", "open_datasets") == []


def test_instants_are_read_in_utc(marts):
    reader = shown(marts, figure(2554)).current()

    assert headline(Published(settings().published)).figure.as_of == datetime(
        2026, 11, 20, 7, tzinfo=UTC
    )
    (row,) = reader.query("select current_setting('TimeZone') as zone")
    assert row == {"zone": "UTC"}


def test_a_pinned_reader_keeps_its_version_while_the_folder_moves_on(marts):
    folder = shown(marts, figure(2554))
    pinned = folder.current()
    shown(marts, figure(2555, date(2026, 11, 21)), now=NOW + timedelta(days=1))

    assert (pinned.version, headline_value(pinned)) == (1, 2554)
    assert folder.current_version() == 2
    assert folder.current().version == 2
    assert headline_value(folder.current()) == 2555


def headline_value(reader):
    return reader.headline("cachan", "facebook_followers").value


def test_threads_share_one_reader_without_mixing_answers(marts):
    folder = shown(marts, *(figure(day, date(2026, 10, day)) for day in range(1, 31)))
    wrong = []

    def ask(day: int) -> None:
        for _ in range(20):
            if headline(folder, on=date(2026, 10, day)).value != day:
                wrong.append(day)

    threads = [threading.Thread(target=ask, args=[day]) for day in range(1, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []


VALUE = Value(
    city_id="cachan",
    indicator_id="facebook_followers",
    period_start=date(2026, 11, 20),
    period_end=date(2026, 11, 20),
    value=2554,
    numerator=None,
    denominator=None,
    origin="measured",
    status="published",
    source_id="facebook_page",
    as_of=NOW,
    definition_version=1,
    is_cumulated=False,
)


def _state(state, overdue=timedelta()):
    return Freshness("cachan", "facebook_page", "day", NOW, NOW - overdue, state, None)


def _finding(severity):
    return FindingRow(
        run_id="r",
        run_at=NOW,
        model="indicator_values",
        rule="rule",
        city_id="cachan",
        indicator_id="facebook_followers",
        period_start=None,
        period_end=None,
        severity=severity,
        why_fr="trop",
        why_en="too",
        observed=None,
        expected=None,
        unexpected_count=1,
        first_seen=NOW,
        last_seen=NOW,
        resolved_at=None,
    )


@pytest.mark.parametrize(
    ("changes", "around", "expected"),
    [
        ({}, {}, "confirmed"),
        ({}, {"freshness": _state("fresh")}, "confirmed"),
        ({}, {"findings": [_finding("info")]}, "confirmed"),
        ({"value": None, "status": "withheld"}, {}, "none"),
        ({"origin": "declared"}, {}, "declared"),
        ({"origin": "declared"}, {"findings": [_finding("warning")]}, "check"),
        ({"status": "provisional"}, {}, "check"),
        ({}, {"findings": [_finding("warning")]}, "check"),
        ({}, {"freshness": _state("late", timedelta(hours=20))}, "check"),
        ({}, {"freshness": _state("late", timedelta(hours=30))}, "stale"),
        ({}, {"freshness": _state("failed")}, "stale"),
        ({}, {"findings": [_finding("critical")]}, "stale"),
        ({}, {"is_newer_withheld": True}, "stale"),
        ({"status": "stale"}, {}, "stale"),
    ],
)
def test_trust_is_the_worst_that_is_known(changes, around, expected):
    from dataclasses import replace

    known = {"findings": [], "freshness": None, "is_newer_withheld": False, "at": NOW}

    assert trust(replace(VALUE, **changes), **(known | around)) == expected


def test_no_figure_has_no_trust():
    assert trust(None, findings=[], freshness=None, is_newer_withheld=False, at=NOW) == "none"
