"""Fixtures every test shares: an own home, the repository's catalogue, no network but loopback."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from arobase.catalog import Catalog, catalog, load_catalog
from arobase.settings import Settings, settings
from tests.airflow_fixture import airflow
from tests.browser_fixture import browser

# Here and nowhere else: each conftest that imports a fixture would start it once more.
__all__ = ["airflow", "browser"]

REPOSITORY = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def repository_catalog() -> Catalog:
    return load_catalog(REPOSITORY / "catalog")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty AROBASE_HOME of this test's own; settings and catalogue are read afresh."""
    folder = tmp_path / "home"
    monkeypatch.setenv("AROBASE_HOME", str(folder))
    _forget()
    yield folder
    _forget()


@pytest.fixture
def fresh_settings(home: Path) -> Settings:
    return settings()


def _forget() -> None:
    settings.cache_clear()
    catalog.cache_clear()


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine, whoever makes it."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            host = str(address[0])  # type: ignore[index]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise RuntimeError(f"a test tried to reach {host}: use a stand-in on 127.0.0.1")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
