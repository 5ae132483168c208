"""When a refresh has something to do, and what a step gives back."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from arobase import pipeline
from arobase.errors import SourceUnchanged, TransformFailed
from arobase.landing import Landing
from arobase.load import LoadReport
from arobase.orchestration import steps
from arobase.publish import PublishReport
from arobase.settings import settings
from arobase.transform import TransformReport

NOON = datetime(2020, 10, 1, 12, tzinfo=UTC)


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "catalog"
    folder.mkdir()
    (folder / "town.yml").touch()
    monkeypatch.setenv("AROBASE_CATALOG", str(folder))
    return folder


@pytest.fixture
def rested(catalogue: Path, home: Path) -> Path:
    """A home whose last refresh ended just now, with nothing left to do."""
    home.mkdir()
    _age(catalogue / "town.yml", 60)
    (home / "refresh_finished").touch()
    assert not steps.due()
    return home


def _age(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_the_first_refresh_is_due(home: Path):
    assert steps.due()


def test_a_refresh_is_due_when_a_batch_is_pending(rested: Path):
    Landing(settings().landing).land_failure("brevo", "cachan", NOON, "refused")

    assert steps.due()


def test_a_refresh_is_due_when_the_catalogue_changed(rested: Path, catalogue: Path):
    _age(rested / "refresh_finished", 30)
    (catalogue / "town.yml").touch()

    assert steps.due()


def test_a_refresh_is_due_once_an_hour_for_lateness_moves_with_the_clock(
    rested: Path, catalogue: Path
):
    _age(catalogue / "town.yml", 9_000)
    _age(rested / "refresh_finished", 3_700)

    assert steps.due()


def test_a_refresh_that_stopped_half_way_is_taken_up_after_a_while(rested: Path):
    (rested / "refresh_unfinished").touch()
    at_once = steps.due()
    _age(rested / "refresh_unfinished", 400)

    assert (at_once, steps.due()) == (False, True)


def test_a_build_is_skipped_when_nothing_is_due(rested: Path):
    with pytest.raises(SourceUnchanged, match="nothing landed"):
        steps.build(anyway=False, full=False)


@pytest.mark.parametrize(("anyway", "full"), [(True, False), (False, True)])
def test_a_build_somebody_asks_for_is_done(
    rested: Path, monkeypatch: pytest.MonkeyPatch, anyway: bool, full: bool
):
    loaded = LoadReport(2, 5, 4, 1, 0, frozenset({"brevo"}))
    built = SimpleNamespace(models_built=3)
    monkeypatch.setattr(pipeline, "build", lambda *, full: (loaded, built))

    counts = steps.build(anyway=anyway, full=full)

    assert counts == {
        "batches": 2,
        "rows_in": 5,
        "rows_loaded": 4,
        "rows_quarantined": 1,
        "rows_deduplicated": 0,
        "models_built": 3,
    }


def test_a_build_that_fails_leaves_its_refresh_unfinished(
    rested: Path, monkeypatch: pytest.MonkeyPatch
):
    def fail(*, full: bool) -> tuple[LoadReport, TransformReport]:
        raise TransformFailed("ind_x did not build")

    monkeypatch.setattr(pipeline, "build", fail)

    with pytest.raises(TransformFailed):
        steps.build(anyway=True, full=False)

    assert (rested / "refresh_unfinished").exists()


def test_publishing_ends_the_refresh(rested: Path, monkeypatch: pytest.MonkeyPatch):
    _age(rested / "refresh_finished", 30)
    (rested / "refresh_unfinished").touch()
    report = PublishReport(version=3, rows_changed=2)
    monkeypatch.setattr(pipeline, "publish", lambda *, full: report)

    assert steps.publish(full=False) == {"version": 3, "rows_changed": 2}

    assert not (rested / "refresh_unfinished").exists()
    assert time.time() - (rested / "refresh_finished").stat().st_mtime < 10
