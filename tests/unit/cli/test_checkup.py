"""`arobase doctor` finds what is wrong, and says what to do about it."""

from __future__ import annotations

import socket

import pytest

from arobase.cli.checkup import check_everything
from arobase.settings import settings
from arobase.supervisor.ports import HOST, free_port


@pytest.fixture
def free_ports(home, monkeypatch):
    for name in ("DASHBOARD", "GATEWAY", "AIRFLOW", "SANDBOX"):
        monkeypatch.setenv(f"AROBASE_{name}_PORT", str(free_port()))
    settings.cache_clear()


def _found(check: str, *, sandbox: bool = True):
    findings = [each for each in check_everything(sandbox=sandbox) if each.check == check]
    assert findings, f"no finding about {check}"
    return findings


def test_a_fresh_machine_has_nothing_wrong(free_ports):
    assert [each for each in check_everything(sandbox=True) if each.state == "wrong"] == []


def test_a_taken_port_is_named_with_the_variable_that_changes_it(free_ports):
    with socket.socket() as other:
        other.bind((HOST, settings().dashboard_port))
        other.listen()

        taken = [each for each in _found("port") if each.state != "right"]

    assert len(taken) == 1
    assert "pid" in taken[0].found.fr
    assert "AROBASE_DASHBOARD_PORT=" in taken[0].remedy.fr


def test_a_missing_token_is_named_by_its_variable_and_where_to_get_it(free_ports, monkeypatch):
    monkeypatch.setenv("AROBASE_SECRET__CACHAN__BREVO", "given")

    brevo = next(each for each in _found("secret", sandbox=False) if "Brevo" in each.found.fr)

    assert "Cachan" not in brevo.found.fr
    assert "AROBASE_SECRET__MONTROUGE__BREVO" in brevo.remedy.fr
    assert "Clés API" in brevo.remedy.fr
    assert "given" not in brevo.line("fr")


def test_a_damaged_warehouse_is_said_with_its_remedy(free_ports):
    path = settings().warehouse
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database at all")

    (found,) = _found("warehouse")

    assert found.state == "wrong"
    assert "refresh --full" in found.remedy.en


def test_a_frozen_clock_is_said(free_ports, monkeypatch):
    monkeypatch.setenv("AROBASE_NOW", "2020-10-01T08:00:00+02:00")
    settings.cache_clear()

    (found,) = _found("clock")

    assert "2020-10-01 06:00 UTC" in found.found.fr
    assert "AROBASE_NOW" in found.remedy.fr
