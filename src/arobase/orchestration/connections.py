"""Where a task finds a town's token: an Airflow connection, else the environment."""

from __future__ import annotations

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException
from pydantic import SecretStr

from arobase.settings import secret_from_environment


def connection_id(city_id: str, source_id: str) -> str:
    """Return the name of the connection that holds a town's token for a source."""
    return f"arobase_{city_id}_{source_id}"


def secret(city_id: str, source_id: str) -> SecretStr | None:
    """Return the password of the town's connection, from any backend, else its variable's value."""
    try:
        password = BaseHook.get_connection(connection_id(city_id, source_id)).password
    except AirflowNotFoundException:
        password = None
    return SecretStr(password) if password else secret_from_environment(city_id, source_id)
