"""A warehouse built once from an empty catalogue of batches, copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from arobase.catalog import catalog
from arobase.settings import settings
from arobase.transform import transform
from arobase.warehouse import writer

NOW = datetime(2020, 10, 1, 7, 0, tzinfo=UTC)


def _forget() -> None:
    settings.cache_clear()
    catalog.cache_clear()


@pytest.fixture(scope="session")
def empty_warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("transformed") / "home"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AROBASE_HOME", str(folder))
        _forget()
        transform(now=NOW)
    _forget()
    return folder


@pytest.fixture
def transformed_home(
    empty_warehouse: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Everything is built, and nothing has been received yet."""
    folder = shutil.copytree(empty_warehouse, tmp_path / "home")
    monkeypatch.setenv("AROBASE_HOME", str(folder))
    _forget()
    yield folder
    _forget()


@pytest.fixture
def ask(transformed_home: Path) -> Callable[..., list[Any]]:
    """Ask the warehouse a question; rows of one column come as a plain list."""

    def ask(query: str, *parameters: Any) -> list[Any]:
        with writer() as connection:
            rows = connection.execute(query, list(parameters)).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    return ask
