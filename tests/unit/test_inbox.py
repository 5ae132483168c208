"""Dropped files: taken once they are whole, landed before they are removed, refused with a reason."""

from __future__ import annotations

import os

import pytest

from arobase import inbox
from arobase.errors import UsageError
from arobase.landing import Landing
from arobase.settings import settings


@pytest.fixture
def folder(home):
    path = home / "inbox" / "family_portal" / "cachan"
    path.mkdir(parents=True)
    return path


def _landed():
    landing = Landing(settings().landing)
    return [
        landing.page(manifest, page) for manifest in landing.pending() for page in manifest.pages
    ]


def _failures():
    return [each for each in Landing(settings().landing).pending() if each.status == "failed"]


def test_a_dropped_file_is_landed_as_it_is_then_removed(home):
    path = inbox.drop(b"\xff\x00 bytes", "comptes.csv", "family_portal", "cachan")
    assert inbox.ready() == [path]

    report = inbox.claim()

    assert report.landed == (("family_portal", "cachan", "comptes.csv"),)
    assert [(page.body, page.url) for page in _landed()] == [(b"\xff\x00 bytes", "comptes.csv")]
    assert list(path.parent.iterdir()) == []


def test_a_file_still_being_written_is_not_touched(folder):
    (folder / "export.csv").write_bytes(b"half")

    assert inbox.claim() == inbox.ClaimReport((), ())
    assert (folder / "export.csv").read_bytes() == b"half"


def test_several_files_at_once_are_all_claimed(home):
    for number in range(5):
        inbox.drop(str(number).encode(), "export.csv", "family_portal", "cachan")

    assert len(inbox.claim().landed) == 5
    assert sorted(page.body for page in _landed()) == [b"0", b"1", b"2", b"3", b"4"]


def test_stopped_after_landing_the_file_is_claimed_again_and_nothing_is_lost(home, monkeypatch):
    inbox.drop(b"x", "export.csv", "family_portal", "cachan")

    def stop(path):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(inbox, "_remove", stop)
        with pytest.raises(KeyboardInterrupt):
            inbox.claim()
    inbox.claim()

    assert {page.body for page in _landed()} == {b"x"}
    assert inbox.ready() == []


def test_a_marker_without_file_is_harmless_and_goes(folder):
    marker = folder / "gone.csv.ready"
    marker.touch()

    assert inbox.claim() == inbox.ClaimReport((), ())
    assert not marker.exists()


def test_a_file_that_vanishes_while_it_is_claimed_is_harmless(folder, monkeypatch):
    (folder / "a.csv").write_bytes(b"a")
    (folder / "a.csv.ready").touch()
    ready = inbox.ready()
    (folder / "a.csv").unlink()
    monkeypatch.setattr(inbox, "ready", lambda: ready)

    assert inbox.claim() == inbox.ClaimReport((), ())


@pytest.mark.parametrize(
    ("source_id", "city_id", "fragment"),
    [
        ("family_portl", "cachan", "family_portal"),
        ("brevo", "cachan", "family_portal"),
        ("family_portal", "cachon", "cachan"),
    ],
)
def test_an_unknown_source_or_town_is_set_aside_with_its_reason(home, source_id, city_id, fragment):
    folder = home / "inbox" / source_id / city_id
    folder.mkdir(parents=True)
    (folder / "a.csv").write_bytes(b"a")
    (folder / "a.csv.ready").touch()

    ((kept, why),) = inbox.claim().refused

    assert kept.read_bytes() == b"a"
    assert fragment in why
    assert kept.with_name(kept.name + ".txt").read_text("utf-8").strip() == why
    assert _landed() == []
    assert inbox.ready() == []


def test_dropping_for_an_unknown_town_is_a_usage_error(home):
    with pytest.raises(UsageError, match="cachan"):
        inbox.drop(b"", "a.csv", "family_portal", "cachon")


def test_a_link_is_refused_and_what_it_points_to_stays(folder, tmp_path):
    secret = tmp_path / "secret"
    secret.write_bytes(b"secret")
    (folder / "a.csv").symlink_to(secret)
    (folder / "a.csv.ready").touch()

    report = inbox.claim()

    assert len(report.refused) == 1
    assert secret.read_bytes() == b"secret"
    assert _landed() == []
    assert len(_failures()) == 1


def test_a_folder_that_is_a_link_is_refused(home, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.csv").write_bytes(b"a")
    (elsewhere / "a.csv.ready").touch()
    (home / "inbox" / "family_portal").mkdir(parents=True)
    (home / "inbox" / "family_portal" / "cachan").symlink_to(elsewhere)

    inbox.claim()

    assert _landed() == []


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir])
def test_a_pipe_or_a_folder_is_refused(folder, make):
    make(folder / "a.csv")
    (folder / "a.csv.ready").touch()

    assert len(inbox.claim().refused) == 1


def test_a_file_over_the_limit_is_refused(folder, monkeypatch):
    monkeypatch.setattr(inbox, "MOST_BYTES", 3)
    (folder / "a.csv").write_bytes(b"1234")
    (folder / "a.csv.ready").touch()

    assert len(inbox.claim().refused) == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\démarches d'août.CSV", "demarches_d_aout.CSV"),
        (".ready", "ready"),
        ("", "file"),
        ("a\x00b\n.csv", "a_b_.csv"),
        ("x" * 400 + ".xlsx", "x" * 115 + ".xlsx"),
    ],
)
def test_names_are_made_safe(name, safe):
    assert inbox.safe_name(name) == safe


def test_two_drops_of_one_name_are_two_files(home):
    first = inbox.drop(b"1", "a.csv", "family_portal", "cachan")
    second = inbox.drop(b"2", "a.csv", "family_portal", "cachan")

    assert first != second
    assert len(inbox.ready()) == 2
