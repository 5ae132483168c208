from __future__ import annotations

from datetime import date, timedelta

import pytest

from arobase import audit as auditing
from arobase import warehouse
from arobase.errors import AuditFailed
from arobase.warehouse.marks import REBUILT, move_mark
from expectations import SUITES
from tests.marts import NOW, Marts, figure

LATER = NOW + timedelta(days=1)


@pytest.fixture
def marts(home) -> Marts:
    filled = Marts()
    filled.start()
    return filled


def audit(now=NOW, **options):
    return auditing.audit(lambda: SUITES, now=now, **options)


def findings(marts):
    return marts.run(
        "select rule, severity, indicator_id, period_end, resolved_at is null from quality.findings"
        " order by rule, period_end"
    )


def test_a_believable_figure_leaves_no_finding(marts):
    marts.batch(figure(2554))

    report = audit()

    assert (report.audited_rows, report.critical, report.warning) == (1, 0, 0)
    assert findings(marts) == []


def test_a_value_outside_the_plausible_range_is_found_with_the_catalogues_reason(marts):
    marts.batch(figure(-3))

    assert audit().critical == 1

    assert findings(marts) == [
        ("plausible_range", "critical", "facebook_followers", date(2026, 11, 20), True)
    ]
    ((observed, expected, why_fr, why_en),) = marts.run(
        "select observed, expected, why_fr, why_en from quality.findings"
    )
    from arobase.catalog import catalog

    why = catalog().indicators["facebook_followers"].plausible.why
    assert (observed, expected) == (
        "-3",
        f"1 – {catalog().indicators['facebook_followers'].plausible.max:g}",
    )
    assert (why_fr, why_en) == (why.fr, why.en)


def test_a_warning_range_warns(marts):
    marts.batch(
        figure(
            103.4,
            indicator_id="fibre_coverage_share",
            numerator=1034,
            denominator=1000,
            source_id="arcep_fibre",
        )
    )

    report = audit()

    assert (report.critical, report.warning) == (0, 1)
    assert findings(marts)[0][:3] == ("plausible_range", "warning", "fibre_coverage_share")


def test_a_sudden_change_from_the_previous_value_warns(marts):
    marts.batch(figure(2500, date(2026, 11, 18)), figure(2510, date(2026, 11, 19)))
    audit()

    marts.batch(figure(4000))
    audit(LATER)

    assert [row[:2] for row in findings(marts)] == [("sudden_change", "warning")]


def test_after_a_refused_value_the_next_good_one_is_no_surprise(marts):
    marts.batch(figure(2500, date(2026, 11, 18)))
    marts.batch(figure(-5, date(2026, 11, 19)))
    audit()

    marts.batch(figure(2510))
    audit(LATER)

    assert [(row[0], row[3]) for row in findings(marts)] == [
        ("plausible_range", date(2026, 11, 19)),
        ("sudden_change", date(2026, 11, 19)),
    ]


def test_a_month_is_compared_with_months_and_a_total_with_totals(marts):
    marts.run("update catalog.indicators set max_change_share = 0.5 where kind = 'flow'")
    procedures = {"indicator_id": "online_procedures", "source_id": "family_portal"}
    launch = date(2020, 8, 3)
    marts.batch(
        figure(300, date(2026, 9, 30), start=date(2026, 9, 1), **procedures),
        figure(9000, date(2026, 9, 30), start=launch, **procedures),
        figure(310, date(2026, 10, 31), start=date(2026, 10, 1), **procedures),
        figure(9310, date(2026, 10, 31), start=launch, **procedures),
        figure(40, date(2026, 11, 30), start=date(2026, 11, 1), status="provisional", **procedures),
    )

    report = audit()

    assert (report.critical, report.warning) == (0, 0)


def test_a_stock_that_falls_to_zero_warns(marts):
    marts.run("update catalog.indicators set plausible_min = 0")
    marts.batch(figure(2500, date(2026, 11, 19)))
    marts.batch(figure(0))

    audit()

    assert {row[0] for row in findings(marts)} == {"stock_vanished", "sudden_change"}


def test_a_period_that_begins_after_it_was_told_is_critical(marts):
    marts.batch(figure(2500, date(2062, 11, 20), as_of=NOW))

    assert audit().critical == 1

    assert findings(marts)[0][:2] == ("period_in_future", "critical")


def test_only_rows_newer_than_the_last_audit_are_judged(marts):
    marts.batch(figure(2500, date(2026, 11, 19)), rows_in=5)
    first = audit()
    marts.batch(figure(2510), source_id="family_portal")
    second = audit(LATER)
    third = audit(LATER)

    assert first.audited_rows == 1
    assert second.audited_rows == 1
    assert third.audited_rows == 0


def test_a_finding_seen_again_keeps_its_first_date(marts):
    marts.batch(figure(-3))
    audit()

    marts.batch(figure(-4))
    audit(LATER)

    rows = marts.run("select first_seen, last_seen, resolved_at, observed from quality.findings")
    assert rows == [(NOW, LATER, None, "-4")]


def test_a_finding_is_resolved_when_its_figure_passes(marts):
    marts.batch(figure(-3))
    audit()

    marts.batch(figure(2554))
    audit(LATER)

    rows = marts.run("select first_seen, last_seen, resolved_at from quality.findings")
    assert rows == [(NOW, NOW, LATER)]


def test_a_finding_that_comes_back_is_a_new_one(marts):
    for value in (-3, 2554, -4):
        marts.batch(figure(value))
        audit()

    assert [row[4] for row in findings(marts)].count(True) == 1
    assert len(findings(marts)) == 2


def test_findings_about_other_rows_stay_open(marts):
    marts.batch(figure(-3, date(2026, 11, 19)))
    audit()

    marts.batch(figure(2554))
    audit(LATER)

    assert [row[4] for row in findings(marts)] == [True]


def test_a_changed_range_judges_the_old_rows_of_that_indicator_again(marts):
    marts.batch(
        figure(2554),
        figure(1221, indicator_id="instagram_followers", source_id="instagram"),
    )
    audit()

    marts.run(
        "update catalog.indicators set plausible_max = 2000 where unit = 'count' and kind = 'stock'"
        " and indicator_id = 'facebook_followers'"
    )
    report = audit(LATER)

    assert (report.audited_rows, report.critical) == (1, 1)


def test_a_full_audit_resolves_findings_whose_row_is_gone(marts):
    marts.batch(figure(-3))
    audit()
    marts.run("delete from marts.indicator_values")

    audit(LATER, full=True)

    assert [row[4] for row in findings(marts)] == [False]


def test_a_source_that_sends_far_fewer_rows_than_usual_warns_about_what_it_feeds(marts):
    for rows in (40, 42, 41, 12):
        marts.batch(source_id="opendatasoft", rows_in=rows)

    audit()

    assert [row[:3] for row in findings(marts)] == [
        ("source_sent_far_fewer_rows", "warning", "open_datasets")
    ]


def test_an_empty_answer_is_critical_until_the_source_answers_again(marts):
    marts.batch(source_id="opendatasoft", rows_in=40)
    marts.batch(source_id="opendatasoft", rows_in=0)
    audit()
    assert [row[:3] for row in findings(marts)] == [
        ("source_sent_nothing", "critical", "open_datasets")
    ]

    marts.batch(source_id="opendatasoft", rows_in=41)
    audit(LATER)

    assert [row[4] for row in findings(marts)] == [False]


def test_a_pull_that_found_nothing_new_is_no_empty_answer(marts):
    marts.batch(source_id="opendatasoft", rows_in=40)
    marts.batch(source_id="opendatasoft", rows_in=0, pages=0)

    assert audit().critical == 0


def test_a_small_dropped_file_is_no_surprise(marts):
    for rows in (400, 410, 420, 1):
        marts.batch(source_id="family_portal", rows_in=rows)

    report = audit()

    assert (report.critical, report.warning) == (0, 0)


def test_an_expectation_that_cannot_be_computed_stops_the_audit_and_moves_no_mark(marts):
    def broken():
        from great_expectations.core import ExpectationSuite
        from great_expectations.expectations import ExpectColumnValuesToBeBetween

        rule = ExpectColumnValuesToBeBetween(
            column="no_such_column", min_value=0, severity="critical", meta={"rule": "broken"}
        )
        suite = ExpectationSuite(name="indicator_values", expectations=[rule])
        return {**SUITES, "indicator_values": lambda _: suite}

    marts.batch(figure(2554))

    with pytest.raises(AuditFailed, match="broken"):
        auditing.audit(broken, now=NOW)

    assert marts.run("select count(*) from meta.marks") == [(0,)]
    assert audit().audited_rows == 1


def test_nothing_to_judge_never_asks_for_the_suites(marts):
    def refused():
        raise AssertionError("the suites cost seconds")

    assert auditing.audit(refused, now=NOW).audited_rows == 0


def test_before_the_first_transform_there_is_nothing_to_judge(home):
    with warehouse.writer():
        pass

    assert audit().audited_rows == 0


@pytest.mark.parametrize(("persons", "is_withheld"), [(0, False), (1, True), (4, True), (5, False)])
def test_a_count_of_one_to_four_persons_is_withheld_and_its_finding_does_not_tell_it(
    marts, persons, is_withheld
):
    marts.batch(figure(persons, indicator_id="family_accounts", source_id="family_portal"))

    audit()

    found = marts.run("select observed from quality.findings where rule = 'few_persons'")
    assert found == ([("< 5",)] if is_withheld else [])


def test_figures_are_judged_again_once_every_model_was_built_again(marts):
    marts.batch(figure(2554))
    audit()
    assert audit().audited_rows == 0

    with warehouse.writer() as connection:
        move_mark(connection, REBUILT, newest_batch=1, fingerprint="another", now=NOW)

    assert audit().audited_rows == 1
    assert audit().audited_rows == 0
