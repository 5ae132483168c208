"""Where a task finds a town's token: an Airflow connection, else the environment."""

from __future__ import annotations

import os
from collections.abc import Iterable

from airflow.sdk import BaseHook
from airflow.sdk.exceptions import AirflowNotFoundException

from arobase.settings import secret_variable


def connection_id(city_id: str, source_id: str) -> str:
    """Return the name of the connection that holds a town's token for a source."""
    return f"arobase_{city_id}_{source_id}"


def lend_secrets(source_id: str, city_ids: Iterable[str]) -> None:
    """Put the password of each town's connection in the environment of this task's process.

    A town without a connection keeps what the environment already says.
    """
    for city_id in city_ids:
        try:
            password = BaseHook.get_connection(connection_id(city_id, source_id)).password
        except AirflowNotFoundException:
            continue
        if password:
            os.environ[secret_variable(city_id, source_id)] = password
