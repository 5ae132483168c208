"""Airflow on one machine: its environment, its secrets, the commands that make it run.

Nothing here starts or imports Airflow: the supervisor runs `commands()` with `environment()` on top
of its own environment, then asks `api.Airflow` whether it is healthy.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import sys
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from arobase.settings import Settings

ADMIN = "admin"
AIRFLOW = (sys.executable, "-m", "airflow")
MIGRATE = "db migrate"


class Keys(BaseModel):
    """What Airflow signs and encrypts with; made once for each `AROBASE_HOME`."""

    model_config = ConfigDict(frozen=True)

    fernet: str
    jwt: str
    session: str
    password: str


def environment(
    settings: Settings,
    *,
    sandbox: bool = False,
    more_dags: Mapping[str, Path] = MappingProxyType({}),
) -> dict[str, str]:
    """Return the variables that make Airflow run embedded, to be added to those of this process.

    Creates Airflow's folder and keys if they are not there.

    Args:
        settings: where the state lives, and on which port Airflow answers, on this machine only.
        sandbox: everyone who reaches the port is an administrator.
        more_dags: folders of DAGs besides the project's, by name, for tests and benchmarks.
    """
    home = settings.airflow_home
    private_folder(home)
    keys = _keys(home)
    folders = {"arobase": settings.project / "dags", **more_dags}
    return {
        "AROBASE_HOME": str(settings.home),
        "AROBASE_PROJECT": str(settings.project),
        "AIRFLOW_HOME": str(home),
        "PYTHONPATH": _python_path(settings),
        **_section("core", _core(settings, keys, sandbox=sandbox)),
        **_section("database", {"sql_alchemy_conn": f"sqlite:///{home / 'airflow.db'}"}),
        **_section("scheduler", SCHEDULER),
        **_section("dag_processor", {**DAG_PROCESSOR, "dag_bundle_config_list": _bundles(folders)}),
        **_section("api", {**API, "port": str(settings.airflow_port), "secret_key": keys.session}),
        **_section("api", {"base_url": api_address(settings)}),
        **_section("api_auth", {"jwt_secret": keys.jwt}),
        **_section(
            "logging", {"base_log_folder": str(home / "logs"), "colored_console_log": "False"}
        ),
        **QUIET,
    }


# Defaults that do not suit us: a second between two looks, five minutes before a killed task is
# noticed, and parsing every file twice a minute though the catalogue changes a few times a year.
SCHEDULER = {
    "scheduler_idle_sleep_time": "0.2",
    "task_instance_heartbeat_timeout": "60",
    "catchup_by_default": "False",
    "use_job_schedule": "True",
}
DAG_PROCESSOR = {
    "min_file_process_interval": "120",
    "refresh_interval": "60",
    "parsing_processes": "1",
    "print_stats_interval": "3600",
}
API = {"host": "127.0.0.1", "workers": "1", "expose_config": "False", "expose_stacktrace": "False"}
QUIET = {
    "DO_NOT_TRACK": "1",
    "SCARF_NO_ANALYTICS": "true",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
    "MALLOC_ARENA_MAX": "2",
    "NO_COLOR": "1",
}


def commands(settings: Settings) -> list[tuple[str, list[str]]]:
    """Return each command with its name, in the order to start them.

    `db migrate` must end before the others start; it is left out when the database is already the
    one of this version (see `migrated`). Logs are read from disk, so
    the servers that Airflow would open for them on every address are not.
    """
    services = [
        ("api-server", [*AIRFLOW, "api-server"]),
        ("scheduler", [*AIRFLOW, "scheduler", "--skip-serve-logs"]),
        ("dag-processor", [*AIRFLOW, "dag-processor"]),
        ("triggerer", [*AIRFLOW, "triggerer", "--skip-serve-logs"]),
    ]
    if _is_migrated(settings):
        return services
    return [(MIGRATE, [*AIRFLOW, "db", "migrate"]), *services]


def migrated(settings: Settings) -> None:
    """Remember that `db migrate` succeeded, so that the next start does without its ten seconds."""
    _migrated(settings).write_text(version("apache-airflow-core"), encoding="utf-8")


def api_address(settings: Settings) -> str:
    """Return where Airflow's page and API answer."""
    return f"http://127.0.0.1:{settings.airflow_port}"


def password(settings: Settings) -> str:
    """Return the administrator's password, for the API and for the person who logs in."""
    return _keys(settings.airflow_home).password


def private_folder(path: Path) -> None:
    """Make a folder only its owner can enter."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)


def _core(settings: Settings, keys: Keys, *, sandbox: bool) -> dict[str, str]:
    return {
        "executor": "LocalExecutor",
        "parallelism": "4",
        "mp_start_method": "fork",
        "load_examples": "False",
        "dags_are_paused_at_creation": "False",
        "dags_folder": str(settings.project / "dags"),
        "fernet_key": keys.fernet,
        "default_task_retries": "3",
        "default_task_retry_delay": "10",
        "max_task_retry_delay": "3600",
        "hostname_callable": "socket.gethostname",
        "execution_api_server_url": f"{api_address(settings)}/execution/",
        "simple_auth_manager_users": f"{ADMIN}:admin",
        "simple_auth_manager_all_admins": str(sandbox),
        "simple_auth_manager_passwords_file": str(_passwords(settings.airflow_home, keys)),
    }


def _section(name: str, options: dict[str, str]) -> dict[str, str]:
    return {f"AIRFLOW__{name.upper()}__{key.upper()}": value for key, value in options.items()}


def _bundles(folders: Mapping[str, Path]) -> str:
    local = "airflow.dag_processing.bundles.local.LocalDagBundle"
    return json.dumps(
        [
            {"name": name, "classpath": local, "kwargs": {"path": str(folder)}}
            for name, folder in folders.items()
        ]
    )


def _python_path(settings: Settings) -> str:
    """Return `PYTHONPATH` with the folders of `airflow_local_settings` and of `expectations`."""
    ours = [str(Path(__file__).parent / "airflow_config"), str(settings.project)]
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    return os.pathsep.join([*ours, *(part for part in inherited if part and part not in ours)])


def _keys(home: Path) -> Keys:
    path = home / "keys.json"
    if not path.exists():
        made = Keys(
            fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
            jwt=secrets.token_urlsafe(48),
            session=secrets.token_urlsafe(32),
            password=secrets.token_urlsafe(12),
        )
        _write_private(path, made.model_dump_json())
    return Keys.model_validate_json(path.read_bytes())


def _passwords(home: Path, keys: Keys) -> Path:
    """Return the file Airflow reads passwords from, in its own format."""
    path = home / "passwords.json"
    if not path.exists():
        _write_private(path, json.dumps({ADMIN: keys.password}))
    return path


def _write_private(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)


def _is_migrated(settings: Settings) -> bool:
    stamp, database = _migrated(settings), settings.airflow_home / "airflow.db"
    return (
        database.exists()
        and stamp.exists()
        and stamp.read_text(encoding="utf-8") == version("apache-airflow-core")
    )


def _migrated(settings: Settings) -> Path:
    return settings.airflow_home / "migrated"
