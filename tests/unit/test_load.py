"""A batch is in the warehouse once and whole, or not at all, and every record is accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import arobase.load.batches
from arobase import load as loading
from arobase import warehouse
from arobase.connectors.base import Page
from arobase.errors import SourceChanged
from arobase.inbox import DROPPED
from arobase.landing import Landing
from arobase.load import load
from arobase.settings import settings

NOW = datetime(2020, 10, 1, 6, tzinfo=UTC)
HEADER = "Id compte;Date d'ouverture;Etat"
ACCOUNTS = f"{HEADER}\n1;03/08/2020;Actif\n2;nulle;Actif\n".encode()


@pytest.fixture
def landing(home) -> Landing:
    return Landing(settings().landing)


def drop(landing, body=ACCOUNTS, city="cachan", name="comptes.csv"):
    return landing.land("family_portal", city, NOW, [Page(DROPPED, name, body, "text/csv", NOW)])


def pull(landing, *records, city="cachan", source="brevo", stream="lists"):
    page = Page(
        stream, "https://x/", repr(list(records)).encode(), "application/json", NOW, {"k": "v"}
    )
    return landing.land(source, city, NOW, [page])


def query(sql):
    with warehouse.writer() as connection:
        return connection.execute(sql).fetchall()


class Literal:
    """A connector whose pages are Python lists; a text in one stands for a changed format."""

    def records(self, page) -> Iterator[dict]:
        for record in eval(page.body):
            if isinstance(record, str):
                raise SourceChanged(record)
            yield {"value": record}


@pytest.fixture
def literal_pages(monkeypatch):
    monkeypatch.setattr(
        arobase.load.batches, "CONNECTORS", {"brevo": Literal(), "opendatasoft": Literal()}
    )


def test_batches_are_numbered_in_the_order_they_landed(landing):
    names = [
        drop(landing, ACCOUNTS + bytes([65 + place]) * 3 + b";x\n").batch for place in range(3)
    ]

    load()

    assert query("select _batch_id, batch from raw.batches order by 1") == [
        (place, name) for place, name in enumerate(names, start=1)
    ]


def test_loading_again_changes_nothing(landing):
    drop(landing)
    first = load()

    assert (first.batches, first.rows_in, first.rows_loaded, first.rows_quarantined) == (1, 2, 1, 1)
    assert load().batches == 0
    assert query("select count(*) from raw.family_portal__accounts") == [(1,)]


def test_a_file_sent_twice_is_a_duplicate_and_counted_as_such(landing):
    drop(landing)
    drop(landing, name="autre nom.csv")

    report = load()

    assert (report.rows_in, report.rows_loaded, report.rows_quarantined) == (4, 1, 1)
    assert report.rows_deduplicated == 2
    assert query("select status from raw.batches order by _batch_id") == [
        ("loaded",),
        ("duplicate",),
    ]


def test_the_same_file_of_another_town_is_no_duplicate(landing):
    drop(landing)
    drop(landing, city="montrouge")

    assert load().rows_deduplicated == 0


def test_an_old_file_sent_again_after_a_newer_one_is_loaded(landing):
    drop(landing)
    drop(landing, f"{HEADER}\n9;03/08/2020;Actif\n".encode())
    drop(landing)

    assert load().rows_deduplicated == 0


def test_a_failed_pull_is_a_batch_with_its_error_and_no_rows(landing):
    landing.land_failure("brevo", "cachan", NOW, "clé refusée")

    report = load()

    assert report.touched == {"brevo"}
    assert query("select status, error, rows_in from raw.batches") == [("failed", "clé refusée", 0)]


def test_records_keep_their_bytes_context_and_place(landing, literal_pages):
    pull(landing, 1, "é\t\n"[:0] or 2, {"a": "tab\there"})

    load()

    assert query(
        "select record->>'value', context->>'k', city_id, _batch_id, _page, _row"
        " from raw.brevo__lists order by _row"
    ) == [
        ("1", "v", "cachan", 1, 1, 1),
        ("2", "v", "cachan", 1, 1, 2),
        ('{"a":"tab\\there"}', "v", "cachan", 1, 1, 3),
    ]
    assert query("select count(distinct _record_hash) from raw.brevo__lists") == [(3,)]


def test_a_changed_format_fails_its_batch_and_no_other(landing, literal_pages):
    pull(landing, 1)
    pull(landing, 2, "plus de champ « id »", city="montrouge")
    pull(landing, 3, city="val_de_bievre")

    report = load()

    assert query("select city_id, status, error from raw.batches order by _batch_id") == [
        ("cachan", "loaded", None),
        ("montrouge", "failed", "plus de champ « id »"),
        ("val_de_bievre", "loaded", None),
    ]
    assert report.rows_in == report.rows_loaded == 2
    assert query("select city_id from raw.brevo__lists order by 1") == [
        ("cachan",),
        ("val_de_bievre",),
    ]


def test_a_file_that_cannot_be_read_is_named_in_both_languages(landing):
    drop(landing, b"a;b\n1;2\n", name="comptes_2020.csv")

    load()

    ((status, error),) = query("select status, error from raw.batches")
    assert status == "failed"
    french, english = error.splitlines()
    assert french.startswith("comptes_2020.csv : Aucune ligne d'en-têtes")
    assert english.startswith("comptes_2020.csv : No header")


def test_a_connector_that_trips_fails_its_batch_and_no_other(landing, literal_pages):
    landing.land(
        "brevo", "cachan", NOW, [Page("lists", "https://x/", b"7", "application/json", NOW)]
    )
    pull(landing, 3)

    # 7 cannot be walked through: a TypeError.
    assert load().rows_loaded == 1
    assert query("select count(*) from raw.batches where status = 'failed'") == [(1,)]


def test_a_source_that_left_the_catalogue_is_said(landing):
    pull(landing, 1, source="gone")

    load()

    ((status, error),) = query("select status, error from raw.batches")
    assert status == "failed"
    assert "gone" in error


def test_stopped_before_the_commit_nothing_is_in_and_the_next_load_has_it_all(landing, monkeypatch):
    drop(landing)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(loading, "_record", stop)
        with pytest.raises(KeyboardInterrupt):
            load()
    assert query("select count(*) from raw.family_portal__accounts") == [(0,)]

    assert load().rows_loaded == 1
    assert query("select count(*) from raw.family_portal__accounts") == [(1,)]


def test_stopped_between_the_commit_and_the_pending_list_nothing_is_doubled(landing, monkeypatch):
    drop(landing)

    def stop(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Landing, "loaded", stop)
        with pytest.raises(KeyboardInterrupt):
            load()
    assert query("select count(*) from raw.family_portal__accounts") == [(1,)]
    assert any(landing.pending())

    assert load().batches == 0
    assert query("select count(*) from raw.family_portal__accounts") == [(1,)]
    assert not any(landing.pending())


def test_a_lost_warehouse_is_built_again_from_landing(landing):
    drop(landing)
    drop(landing, city="montrouge")
    load()
    before = query(
        "select city_id, account_id, _batch_id from raw.family_portal__accounts order by all"
    )

    settings().warehouse.unlink()
    load()

    assert before == query(
        "select city_id, account_id, _batch_id from raw.family_portal__accounts order by all"
    )
    assert len(before) == 2


def test_a_commit_lost_with_the_journal_is_loaded_again(landing, monkeypatch):
    with warehouse.writer():
        pass
    warehouse.replay_done()
    drop(landing)

    class Lost(Exception):
        pass

    def lose(*_):
        raise Lost

    with monkeypatch.context() as patch:
        patch.setattr(loading, "_report", lose)
        patch.setattr(Landing, "loaded", lose)
        with pytest.raises(Lost):
            load()
    with warehouse.writer() as connection:
        connection.execute("delete from raw.batches")
        connection.execute("delete from raw.family_portal__accounts")

    assert load().rows_loaded == 1


LINES = st.sampled_from(
    [
        "1;03/08/2020;Actif",
        "2;2020-08-03;clos",
        "3;31/02/2020;Actif",
        ";03/08/2020;Actif",
        "4;03/08/2020",
        '5;"03/08/2020;Actif',
        '"6";03/08/2020;Actif',
    ]
)


@given(files=st.lists(st.lists(LINES, max_size=6), min_size=1, max_size=3), again=st.booleans())
@hypothesis_settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_line_is_accounted_for_and_loading_twice_is_loading_once(
    tmp_path_factory, monkeypatch, files, again
):
    monkeypatch.setenv("AROBASE_HOME", str(tmp_path_factory.mktemp("home")))
    settings.cache_clear()
    landing = Landing(settings().landing)
    for lines in files:
        drop(landing, "\n".join([HEADER, *lines, ""]).encode())

    report = load()
    if again:
        assert load().rows_in == 0

    assert report.rows_in == sum(map(len, files))
    ((loaded, quarantined),) = query(
        "select (select count(*) from raw.family_portal__accounts),"
        " (select count(*) from raw.quarantine)"
    )
    assert (loaded, quarantined) == (report.rows_loaded, report.rows_quarantined)
    assert report.rows_in == loaded + quarantined + report.rows_deduplicated
