"""With a real scheduler: what is dropped is landed and published, and no arrival is stranded."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from arobase.orchestration import embedded
from tests.airflow_fixture import RunningAirflow, until

pytestmark = [pytest.mark.airflow, pytest.mark.xdist_group("airflow")]

NEWS = "slow_reader_news"
ARRIVALS = 6
ACCOUNTS = "Id compte;Date d'ouverture;Etat;Liaison CAF\nC{0};01/10/2020;Actif;Oui\n"


def drop(airflow: RunningAirflow, name: str, text: str) -> None:
    """Put a file and its marker in the inbox."""
    path = airflow.home / "inbox" / "family_portal" / "cachan" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="cp1252")
    path.with_name(f"{name}.ready").touch()


def test_everything_is_healthy_and_every_flow_is_known(airflow: RunningAirflow):
    assert set(airflow.api.health().values()) == {"healthy"}
    assert {"inbox", "refresh", "ingest_facebook_page"} <= set(airflow.api.dag_ids())


def test_secrets_are_for_their_owner_only(airflow: RunningAirflow):
    kept = [airflow.settings.airflow_home / name for name in ("keys.json", "passwords.json")]

    assert [oct(path.stat().st_mode & 0o777) for path in kept] == ["0o600", "0o600"]
    assert airflow.settings.airflow_home.stat().st_mode & 0o077 == 0


def test_the_second_start_needs_no_migration(airflow: RunningAirflow):
    names = [name for name, _ in embedded.commands(airflow.settings)]

    assert names == ["api-server", "scheduler", "dag-processor", "triggerer"]


def test_a_dropped_file_is_landed_then_published(airflow: RunningAirflow):
    # By what became of the file, not by runs: a look that had already begun may have taken it.
    landed_before = _landed(airflow)
    pending = airflow.home / "landing" / "_pending"
    published = airflow.home / "published" / "marts.duckdb"

    drop(airflow, "accounts.csv", ACCOUNTS.format(1))

    until(lambda: _landed(airflow) == landed_before + 1, seconds=120, what=lambda: _runs(airflow))
    until(lambda: not list(pending.glob("*.json")), seconds=240, what=lambda: _runs(airflow))
    until(published.exists, seconds=240, what=lambda: _runs(airflow))
    assert not list((airflow.home / "inbox" / "family_portal").rglob("*.csv"))


def test_files_dropped_one_after_the_other_all_land(airflow: RunningAirflow):
    landed_before = _landed(airflow)

    for number in range(ARRIVALS):
        drop(airflow, f"accounts_{number}.csv", ACCOUNTS.format(100 + number))
        time.sleep(1)

    until(
        lambda: _landed(airflow) == landed_before + ARRIVALS,
        seconds=180,
        what=lambda: f"{_landed(airflow) - landed_before} landed",
    )
    pending = airflow.home / "landing" / "_pending"
    until(lambda: not list(pending.glob("*.json")), seconds=180, what=lambda: _runs(airflow))


def test_arrivals_faster_than_their_reader_are_not_stranded(airflow: RunningAirflow):
    """Six events a second apart, four seconds of work each (apache/airflow#56050)."""
    waiting = airflow.home / "slow_reader" / "waiting"
    read = airflow.home / "slow_reader" / "read"
    waiting.mkdir(parents=True)
    read.mkdir()
    until(lambda: "slow_reader" in airflow.api.dag_ids(), seconds=60)

    for number in range(ARRIVALS):
        (waiting / f"{number}").touch()
        airflow.api.announce(NEWS)
        time.sleep(1)

    until(
        lambda: len(list(read.iterdir())) == ARRIVALS,
        seconds=60,
        what=lambda: f"read {sorted(path.name for path in read.iterdir())}",
    )
    assert len(airflow.api.runs("slow_reader")) < ARRIVALS


def test_a_file_dropped_while_the_triggerer_was_dead_lands(airflow: RunningAirflow):
    landed_before = _landed(airflow)

    airflow.stop("triggerer")
    drop(airflow, "while_it_was_dead.csv", ACCOUNTS.format(200))
    airflow.start("triggerer")

    until(lambda: _landed(airflow) == landed_before + 1, seconds=180, what=lambda: _runs(airflow))
    until(airflow.api.is_healthy, seconds=180, what=lambda: str(airflow.api.health()))


def _landed(airflow: RunningAirflow) -> int:
    manifests = Path(airflow.home, "landing", "family_portal", "cachan")
    return len(list(manifests.glob("*/*-*.json")))


def _runs(airflow: RunningAirflow) -> str:
    return "\n".join(
        f"{dag_id} {run['dag_run_id']} {run['state']} "
        f"{[(task['task_id'], task['state']) for task in airflow.api.tasks(dag_id, run['dag_run_id'])]}"
        for dag_id in ("inbox", "refresh")
        for run in airflow.api.runs(dag_id)[:4]
    )
