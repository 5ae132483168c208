"""A town's token comes from its Airflow connection first, then from the environment."""

from __future__ import annotations

import pytest

from arobase.orchestration.connections import secret

VARIABLE = "AROBASE_SECRET__CACHAN__BREVO"
CONNECTION = "AIRFLOW_CONN_AROBASE_CACHAN_BREVO"


def _value() -> str | None:
    found = secret("cachan", "brevo")
    return found.get_secret_value() if found else None


def test_the_connection_comes_first(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(VARIABLE, "from the environment")
    monkeypatch.setenv(CONNECTION, '{"conn_type": "generic", "password": "from the connection"}')

    assert _value() == "from the connection"


def test_the_environment_stands_in_for_a_connection_that_is_not_there(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv(VARIABLE, "from the environment")

    assert _value() == "from the environment"


def test_the_environment_stands_in_for_a_connection_without_password(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv(VARIABLE, "from the environment")
    monkeypatch.setenv(CONNECTION, '{"conn_type": "generic"}')

    assert _value() == "from the environment"


def test_a_town_without_either_has_no_token():
    assert _value() is None


def test_a_token_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(CONNECTION, '{"conn_type": "generic", "password": "very secret"}')

    assert "very secret" not in repr(secret("cachan", "brevo"))
