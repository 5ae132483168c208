from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from datetime import date, timedelta

import pytest

from arobase.errors import PublicationError
from arobase.publish import publish
from arobase.published import Published
from arobase.settings import settings
from tests.marts import NOW, Marts, figure

DAY = date(2026, 11, 20)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def marts(home) -> Marts:
    filled = Marts()
    filled.start()
    return filled


def audited(marts, *critical_ends: date, resolved: bool = False) -> None:
    """Stand in for an audit that went through everything and found these periods unbelievable."""
    marts.run("delete from meta.marks where step = 'audit.indicator_values'")
    marts.run(
        "insert into meta.marks values ('audit.indicator_values', ?, ?, '{}')", marts.newest, NOW
    )
    marts.run("update quality.findings set resolved_at = ?", NOW)
    for end in critical_ends:
        marts.run(
            "insert into quality.findings values ('r', ?, 'indicator_values', 'rule', 'cachan',"
            " 'facebook_followers', ?, ?, 'critical', 'trop', 'too', '1', '2', 1, ?, ?, null)",
            *(NOW, end, end, NOW, NOW),
        )


def shown() -> list[tuple[object, ...]]:
    rows = Published(settings().published).query(
        "select period_end, value, status from indicator_values order by period_end"
    )
    return [tuple(row.values()) for row in rows]


def test_the_first_version_holds_every_audited_figure(marts):
    marts.batch(figure(2554))
    audited(marts)

    report = publish(now=NOW)

    assert (report.version, report.rows_changed) == (1, 1)
    assert shown() == [(DAY, 2554, "published")]


def test_figures_that_no_audit_went_through_are_not_published(marts):
    marts.batch(figure(2554))
    audited(marts)
    marts.batch(figure(9999, date(2026, 11, 21)))

    publish(now=NOW)

    assert [row[1] for row in shown()] == [2554]


def test_without_any_audit_nothing_is_published(marts):
    marts.batch(figure(2554))

    with pytest.raises(PublicationError, match="audited"):
        publish(now=NOW)

    assert not settings().published.joinpath("marts.duckdb").exists()


def test_nothing_new_makes_no_version(marts):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)

    report = publish(now=LATER)

    assert (report.version, report.rows_changed) == (None, 0)


def test_a_newer_value_of_the_same_period_replaces_the_former_one(marts):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)
    marts.batch(figure(2560), figure(2561, date(2026, 11, 21)))
    audited(marts)

    report = publish(now=LATER)

    assert (report.version, report.rows_changed) == (2, 2)
    assert shown() == [(DAY, 2560, "published"), (date(2026, 11, 21), 2561, "published")]


def test_a_failed_pull_is_shown_without_any_new_figure(marts):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)
    marts.run("update marts.freshness set state = 'failed' where source_id = 'facebook_page'")

    report = publish(now=LATER)

    assert (report.version, report.rows_changed) == (2, 0)
    assert shown() == [(DAY, 2554, "published")]


def test_a_critical_finding_withholds_a_value_never_published_before(marts):
    marts.batch(figure(-3))
    audited(marts, DAY)

    publish(now=NOW)

    assert shown() == [(DAY, None, "withheld")]


def test_a_critical_finding_keeps_the_value_published_before_as_stale(marts):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)
    marts.batch(figure(-3))
    audited(marts, DAY)

    publish(now=LATER)
    assert shown() == [(DAY, 2554, "stale")]

    marts.batch(figure(-4))
    audited(marts, DAY)
    publish(now=LATER)
    assert shown() == [(DAY, 2554, "stale")]


def test_a_stale_value_outlives_a_full_rebuild(marts):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)
    marts.batch(figure(-3))
    audited(marts, DAY)
    publish(now=LATER)

    publish(now=LATER, full=True)

    assert shown() == [(DAY, 2554, "stale")]


def test_a_finding_resolved_shows_the_value_without_any_new_batch(marts):
    marts.batch(figure(2554))
    audited(marts, DAY)
    publish(now=NOW)
    audited(marts)

    report = publish(now=LATER)

    assert report.rows_changed == 1
    assert shown() == [(DAY, 2554, "published")]


def test_a_finding_made_later_withholds_a_value_without_any_new_batch(marts):
    marts.batch(figure(2554), figure(2550, date(2026, 11, 19)))
    audited(marts)
    publish(now=NOW)
    audited(marts, DAY)

    publish(now=LATER)

    assert shown() == [(date(2026, 11, 19), 2550, "published"), (DAY, 2554, "stale")]


def test_a_claim_about_a_withheld_figure_is_not_measured(marts):
    marts.batch(figure(2554))
    marts.run(
        "insert into marts.claims values ('c', 'd', 'doc', 'town', ?, 'said', ?, 'cachan',"
        " 'facebook_followers', 2554, 'exactly', 2554, ?, ?, 0, 'confirmed')",
        *([DAY] * 4),
    )
    audited(marts, DAY)

    publish(now=NOW)

    rows = Published(settings().published).query("select measured_value, gap, verdict from claims")
    assert rows == [{"measured_value": None, "gap": None, "verdict": "not_measured"}]


def test_a_changed_definition_builds_every_figure_again(marts):
    marts.batch(figure(2554), figure(2550, date(2026, 11, 19)))
    audited(marts)
    publish(now=NOW)
    marts.run("update catalog.indicators set definition_version = 2")
    marts.run("update marts.indicator_values set definition_version = 2, value = value + 1")

    report = publish(now=LATER)

    assert report.rows_changed == 2
    assert [row[1] for row in shown()] == [2551, 2555]


def test_a_warehouse_built_again_is_not_taken_for_the_former_one(marts):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)
    marts.run("update raw.batches set batch = 'another history'")
    marts.run("update marts.indicator_values set value = 2555")

    publish(now=LATER)

    assert [row[1] for row in shown()] == [2555]


@pytest.mark.parametrize("damage", [b"", b"not a database", None])
def test_a_damaged_version_is_built_again(marts, damage):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)
    path = (settings().published / "marts.duckdb").resolve()
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2] if damage is None else damage)

    report = publish(now=LATER)

    assert report.version == 2
    assert shown() == [(DAY, 2554, "published")]


def test_the_last_five_versions_are_kept(marts):
    for day in range(7):
        marts.batch(figure(2500 + day, date(2026, 11, 1) + timedelta(day)))
        audited(marts)
        publish(now=NOW)

    names = sorted(path.name for path in (settings().published / "versions").iterdir())
    assert names == [f"marts-{version:06d}.duckdb" for version in range(3, 8)]
    assert (settings().published / "marts.duckdb").resolve().name == names[-1]


def test_the_version_says_what_it_is_made_of(marts):
    marts.batch(figure(2554), received_at=NOW - timedelta(seconds=40))
    marts.batch(
        figure(40, indicator_id="open_datasets", source_id="opendatasoft"),
        source_id="opendatasoft",
        received_at=NOW - timedelta(seconds=20),
    )
    audited(marts)

    publish(now=NOW)

    publication = Published(settings().published).current().publication()
    assert publication.published_at == NOW
    assert publication.high_water_marks == '{"facebook_page":1,"opendatasoft":2}'
    assert publication.event_latency_p50_s == 30
    assert publication.event_latency_p95_s == pytest.approx(39)
    assert publication.code_revision


def test_latency_counts_only_the_batches_new_in_the_version(marts):
    marts.batch(figure(2554), received_at=NOW - timedelta(days=900))
    audited(marts)
    publish(now=NOW)
    marts.batch(figure(2555, date(2026, 11, 21)), received_at=NOW)
    audited(marts)

    publish(now=NOW + timedelta(seconds=5))

    publication = Published(settings().published).current().publication()
    assert publication.event_latency_p95_s == 5


def test_lines_about_persons_are_not_published(marts):
    marts.batch(figure(2554))
    marts.run(
        "insert into raw.quarantine select 1, source_id, 'cachan', 's', 'f', 3, 'c', 'code', 'fr',"
        " 'en', 'Dupont', 'Dupont;12', ? from catalog.sources"
        " where source_id in ('family_portal', 'opendatasoft')",
        NOW,
    )
    audited(marts)

    publish(now=NOW)

    rows = Published(settings().published).query(
        "select source_id, value, original, line from quarantine order by source_id"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("family_portal", None, None, 3),
        ("opendatasoft", "Dupont", "Dupont;12", 3),
    ]


def _publish_and_die_at(step: str) -> None:
    """Publish in this process, and be killed when a step of the file work is reached."""
    from arobase.published import versions

    def die(*_: object, **__: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(versions.Versions if hasattr(versions.Versions, step) else versions, step, die)
    publish(now=LATER)


@pytest.mark.parametrize("step", ["aside", "show", "_flush", "_prune"])
def test_killed_anywhere_a_publication_leaves_a_whole_version_and_the_next_run_ends_the_same(
    marts, step
):
    marts.batch(figure(2554))
    audited(marts)
    publish(now=NOW)
    marts.batch(figure(2555, date(2026, 11, 21)))
    audited(marts)
    process = multiprocessing.get_context("fork").Process(target=_publish_and_die_at, args=[step])
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert shown()[0] == (DAY, 2554, "published")

    publish(now=LATER)

    assert [row[1] for row in shown()] == [2554, 2555]
    assert list(settings().published.rglob(".next*")) == []


def _read(folder, stop, failures) -> None:
    published = Published(folder)
    while not stop.is_set():
        try:
            reader = published.current()
            (row,) = reader.query(
                "select count(distinct value) as values, max(value) as value, count(*) as rows,"
                " (select version from publication) as version from indicator_values"
            )
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this test looks for
            failures.put(repr(error))
            return
        whole = row["values"] == 1 and row["rows"] == 2000
        if not whole or row["value"] != row["version"] or row["version"] != reader.version:
            failures.put(repr((reader.version, row)))
            return


def _read_in_threads(folder, stop, failures) -> None:
    threads = [
        threading.Thread(target=_read, args=[folder, stop, failures], daemon=True)
        for _ in range(25)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_fifty_readers_see_no_error_and_no_half_version_while_versions_are_published(marts):
    def next_version(number: int) -> None:
        days = (date(2020, 1, 1) + timedelta(day) for day in range(2000))
        marts.newest += 1
        marts.run("delete from marts.indicator_values")
        marts.run(
            "insert into marts.indicator_values select 'cachan', 'facebook_followers', day, day, ?,"
            " null, null, 'measured', 'published', 'facebook_page', ?, 1, ? from (select unnest(?)"
            " as day)",
            *(number, NOW, marts.newest, list(days)),
        )
        audited(marts)
        assert publish(now=NOW + timedelta(seconds=number)).version == number

    next_version(1)
    context = multiprocessing.get_context("spawn")
    stop, failures = context.Event(), context.Queue()
    readers = [
        context.Process(target=_read_in_threads, args=[settings().published, stop, failures])
        for _ in range(2)
    ]
    for process in readers:
        process.start()
    try:
        time.sleep(2)
        for number in range(2, 8):
            next_version(number)
    finally:
        stop.set()
        for process in readers:
            process.join(30)

    assert failures.empty(), failures.get()
    assert [process.exitcode for process in readers] == [0, 0]


def test_a_period_of_a_flow_that_the_models_took_back_leaves_the_published_version(marts):
    flow = {"indicator_id": "online_procedures", "source_id": "family_portal"}
    marts.batch(figure(10, date(2026, 10, 31), **flow), figure(20, date(2026, 11, 1), **flow))
    audited(marts)
    publish(now=NOW)
    assert [row[1] for row in shown()] == [10, 20]

    marts.run("delete from marts.indicator_values where period_end = date '2026-10-31'")
    marts.batch(figure(21, date(2026, 11, 1), **flow))
    marts.run("delete from marts.indicator_values where value = 20")
    audited(marts)
    publish(now=LATER)

    assert shown() == [(date(2026, 11, 1), 21, "published")]
