"""Airflow's environment: ours alone on the machine, quiet, with secrets nobody else reads."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from arobase.orchestration import embedded
from arobase.settings import Settings


@pytest.fixture
def environment(fresh_settings: Settings) -> dict[str, str]:
    return embedded.environment(fresh_settings)


def test_state_is_under_the_home_and_the_flows_are_the_projects(
    environment: dict[str, str], fresh_settings: Settings
):
    bundles = json.loads(environment["AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST"])
    database = environment["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"]

    assert environment["AIRFLOW_HOME"] == str(fresh_settings.home / "airflow")
    assert database == f"sqlite:///{fresh_settings.home / 'airflow' / 'airflow.db'}"
    assert [bundle["kwargs"]["path"] for bundle in bundles] == [
        str(fresh_settings.project / "dags")
    ]


def test_it_listens_on_this_machine_only_and_calls_nobody(environment: dict[str, str]):
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert environment["DO_NOT_TRACK"] == "1"
    assert environment["DBT_SEND_ANONYMOUS_USAGE_STATS"] == "false"


def test_the_port_is_in_every_address(monkeypatch: pytest.MonkeyPatch, home: Path):
    environment = embedded.environment(Settings(home=home, airflow_port=18_123))

    addresses = {key for key, value in environment.items() if "18123" in value}

    assert addresses == {
        "AIRFLOW__API__PORT",
        "AIRFLOW__API__BASE_URL",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
    }


def test_keys_are_made_once(environment: dict[str, str], fresh_settings: Settings):
    again = embedded.environment(fresh_settings)

    assert again == environment
    assert len(environment["AIRFLOW__API_AUTH__JWT_SECRET"]) >= 48


def test_two_homes_share_no_key(environment: dict[str, str], tmp_path: Path):
    other = embedded.environment(Settings(home=tmp_path / "other"))
    names = ("CORE__FERNET_KEY", "API_AUTH__JWT_SECRET", "API__SECRET_KEY")

    for name in names:
        assert environment[f"AIRFLOW__{name}"] != other[f"AIRFLOW__{name}"]


def test_what_is_secret_is_for_its_owner_only(
    environment: dict[str, str], fresh_settings: Settings
):
    files = list(fresh_settings.airflow_home.iterdir())

    assert {path.name for path in files} == {"keys.json", "passwords.json"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert stat.S_IMODE(fresh_settings.airflow_home.stat().st_mode) == 0o700


@pytest.mark.parametrize("sandbox", [True, False])
def test_everyone_is_administrator_in_the_sandbox_only(fresh_settings: Settings, sandbox: bool):
    environment = embedded.environment(fresh_settings, sandbox=sandbox)

    assert environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS"] == str(sandbox)


def test_the_password_is_the_one_airflow_reads(
    environment: dict[str, str], fresh_settings: Settings
):
    read = Path(environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])

    assert json.loads(read.read_text()) == {"admin": embedded.password(fresh_settings)}


def test_the_database_is_migrated_before_the_first_start_only(
    environment: dict[str, str], fresh_settings: Settings
):
    first = [name for name, _ in embedded.commands(fresh_settings)]
    (fresh_settings.airflow_home / "airflow.db").touch()
    embedded.migrated(fresh_settings)
    second = [name for name, _ in embedded.commands(fresh_settings)]

    assert first == [embedded.MIGRATE, "api-server", "scheduler", "dag-processor", "triggerer"]
    assert second == first[1:]


def test_a_database_that_was_deleted_is_made_again(
    environment: dict[str, str], fresh_settings: Settings
):
    embedded.migrated(fresh_settings)

    assert embedded.commands(fresh_settings)[0][0] == embedded.MIGRATE


def test_the_supervisor_does_not_import_airflow():
    code = (
        "import sys, arobase.orchestration.embedded, arobase.orchestration.api;"
        "print('airflow' in sys.modules)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "False"


@pytest.mark.parametrize(("component", "warm"), [("scheduler", True), ("dag-processor", False)])
def test_only_the_scheduler_is_warmed_up(
    environment: dict[str, str], component: str, warm: bool, tmp_path: Path
):
    fake = tmp_path / "arobase" / "orchestration"
    fake.mkdir(parents=True)
    (fake.parent / "__init__.py").touch()
    (fake / "__init__.py").touch()
    (fake / "warm.py").write_text("print('warmed')")
    code = "import sys; sys.argv[1:] = [sys.argv[1]]; import airflow_local_settings"
    path = f"{tmp_path}:{environment['PYTHONPATH']}"
    answer = subprocess.run(
        [sys.executable, "-c", code, component],
        env={"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )

    assert (answer.stdout == "warmed\n") is warm
