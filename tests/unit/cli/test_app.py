"""The command line as a person meets it: help, messages, exit codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence

import pytest
import typer.main

from arobase.cli.app import app


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "arobase.cli", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _commands(
    command: object, names: Sequence[str] = ()
) -> Iterator[tuple[tuple[str, ...], object]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield tuple(names), command
    for name, each in (below or {}).items():
        yield from _commands(each, (*names, name))


def test_every_command_of_the_contract_is_there_and_has_help():
    found = dict(_commands(typer.main.get_command(app)))

    assert {" ".join(names) for names in found} == {
        "up",
        "sandbox",
        "events",
        "dashboard",
        "ingest",
        "refresh",
        "run",
        "export",
        "doctor",
        "catalog check",
        "inbox drop",
        "new source",
        "new indicator",
        "new city",
    }
    assert [names for names, command in found.items() if not command.help] == []
    assert [
        f"{' '.join(names)} {option.name}"
        for names, command in found.items()
        for option in command.params
        if not getattr(option, "help", None)
    ] == []


def test_help_is_quick():
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        assert _run("--help").returncode == 0
        seconds.append(time.perf_counter() - start)

    assert min(seconds) < 0.5


def test_help_imports_neither_the_settings_nor_the_database():
    script = (
        "import sys; from arobase.cli.app import app; app(['--help'], standalone_mode=False);"
        "print({'duckdb', 'pydantic', 'httpx2', 'fastapi'} & set(sys.modules), file=sys.stderr)"
    )

    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )

    assert done.stderr.strip() == "set()"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ingest", "brevoo"], "unknown source 'brevoo'; did you mean 'brevo'?"),
        (["ingest", "brevo", "--city", "cachann"], "did you mean 'cachan'?"),
        (
            ["ingest", "brevo", "--city", "saint_aubin_les_etangs"],
            "it has: facebook_page, arcep_fibre",
        ),
        (["inbox", "drop", __file__, "--source", "family_portall", "--city", "cachan"], "mean"),
        (["nonsense"], "No such command"),
        (["ingest", "brevo", "--since", "yesterday"], "--since"),
    ],
)
def test_wrong_usage_is_one_message_and_exit_code_2(arguments, message, home):
    done = _run(*arguments)

    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_a_wrong_catalogue_is_exit_code_2_and_names_the_file(home, tmp_path):
    city = tmp_path / "own" / "cities" / "nogent.yml"
    city.parent.mkdir(parents=True)
    city.write_text("id: nogent\nname: Nogent\ninsee_code: '94052'\nsourcess: {}\n")

    done = _run("catalog", "check", AROBASE_CATALOG=f"catalog:{tmp_path / 'own'}")

    assert done.returncode == 2
    assert "nogent.yml: sourcess: unknown key; did you mean 'sources'?" in done.stderr


def test_a_wrong_setting_is_exit_code_2_and_names_the_variable(home):
    done = _run("doctor", AROBASE_DASHBOARD_PORT="eighty")

    assert done.returncode == 2
    assert done.stderr.startswith("AROBASE_DASHBOARD_PORT: found 'eighty'")


def test_what_cannot_be_done_yet_is_exit_code_1(home):
    done = _run("export", "indicator_values")

    assert done.returncode == 1
    assert "nothing is published yet" in done.stderr
    assert "Traceback" not in done.stderr


def test_reports_are_json_on_demand(home):
    done = _run("catalog", "check", "--json")

    assert done.returncode == 0
    assert json.loads(done.stdout)["cities"] == 4
