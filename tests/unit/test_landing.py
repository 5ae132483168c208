"""Landing: bytes kept as they came, once, and a batch that exists exactly when its manifest does."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from arobase import landing as landing_module
from arobase.catalog import Text
from arobase.connectors.base import Notice, Page
from arobase.landing import Landing, write_atomically

NOW = datetime(2020, 10, 1, 6, tzinfo=UTC)


def _page(body: bytes, media_type: str = "text/csv; charset=utf-8") -> Page:
    return Page("lists", "https://x/", body, media_type, NOW, {"list_id": "3"})


@pytest.fixture
def landing(tmp_path):
    return Landing(tmp_path)


def test_a_page_comes_back_as_it_was(landing):
    page = _page(b"\xff\x00\r\n")

    manifest = landing.land("brevo", "cachan", NOW, [page])

    assert landing.page(manifest, manifest.pages[0]) == page
    assert landing.body_path(manifest, manifest.pages[0]).suffix == ".csv"


def test_a_batch_is_pending_until_it_is_loaded_and_kept_ever_after(landing):
    notice = Notice("warning", "lists", "skipped", Text(fr="sautée", en="skipped"))
    manifest = landing.land("brevo", "cachan", NOW, [_page(b"x")], [notice])
    assert list(landing.pending()) == [manifest]

    landing.loaded(manifest.batch)
    landing.loaded(manifest.batch)

    assert list(landing.pending()) == []
    assert list(landing.all()) == [manifest]
    assert manifest.notices[0].message_fr == "sautée"


def test_batches_come_oldest_first_whatever_their_source_or_date(landing):
    later = datetime(2019, 1, 1, tzinfo=UTC)
    batches = [
        landing.land("z", "a", NOW, [_page(b"1")]),
        landing.land("a", "z", later, [_page(b"2")]),
        landing.land_failure("m", "m", NOW, "en panne"),
    ]

    assert list(landing.all()) == batches
    assert list(landing.pending()) == batches


def test_stopped_before_the_manifest_there_is_no_batch(landing, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Landing, "_commit", stop)
    with pytest.raises(KeyboardInterrupt):
        landing.land("brevo", "cachan", NOW, [_page(b"x")])

    assert list(landing.pending()) == list(landing.all()) == []


def test_stopped_between_the_two_manifests_the_batch_is_still_pending(landing, monkeypatch):
    written = []

    def once(path, content):
        if written and path.suffix == ".json":
            raise KeyboardInterrupt
        write_atomically(path, content)
        if path.suffix == ".json":
            written.append(path)

    monkeypatch.setattr(landing_module, "write_atomically", once)
    with pytest.raises(KeyboardInterrupt):
        landing.land("brevo", "cachan", NOW, [_page(b"x")])

    monkeypatch.undo()
    (pending,) = landing.pending()
    assert list(landing.all()) == [pending]
    assert landing.page(pending, pending.pages[0]).body == b"x"


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(landing_module.os, "fsync", full)
    with pytest.raises(OSError, match="space"):
        write_atomically(tmp_path / "a", b"x")

    assert list(tmp_path.iterdir()) == []


@given(bodies=st.lists(st.binary(max_size=20), max_size=6))
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_landing_twice_keeps_the_bytes_once(tmp_path_factory, bodies):
    landing = Landing(tmp_path_factory.mktemp("landing"))
    pages = [_page(body) for body in bodies]

    first = landing.land("brevo", "cachan", NOW, pages)
    second = landing.land("brevo", "cachan", NOW, pages)

    assert [landing.page(second, each).body for each in second.pages] == bodies
    assert first.pages == second.pages
    assert len(list(landing.root.glob("brevo/**/*.csv"))) == len(set(bodies))
