"""A home of its own for a measurement: state and ports apart from any other, removed after."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from arobase import inbox
from arobase.catalog import catalog
from arobase.settings import environment_id, settings
from arobase.supervisor.ports import free_port

TOWN = "cachan"
PORTAL = "family_portal"
FIGURE = "family_accounts"
FIRST_ACCOUNTS = 100
"""More than the few persons whose count is never published."""

PORTS = ("DASHBOARD", "GATEWAY", "AIRFLOW", "SANDBOX")

_ACCOUNTS = "Id compte;Date d'ouverture;Etat;Liaison CAF\n"


@contextmanager
def temporary_home() -> Iterator[Path]:
    """Make an empty home the one of this process and of its children, on ports nobody uses."""
    before = dict(os.environ)
    with TemporaryDirectory(prefix="arobase-bench-", ignore_cleanup_errors=True) as folder:
        os.environ |= {f"AROBASE_{name}_PORT": str(free_port()) for name in PORTS}
        # Should the hour of a pull strike meanwhile: nothing may leave the machine.
        nowhere = f"http://127.0.0.1:{free_port()}"
        os.environ |= {f"AROBASE_BASE_URL__{environment_id(each)}": nowhere for each in _sources()}
        try:
            use(Path(folder) / "home")
            yield Path(folder) / "home"
        finally:
            os.environ.clear()
            os.environ.update(before)
            _forget()


def use(home: Path) -> None:
    """Turn this process to a home."""
    os.environ["AROBASE_HOME"] = str(home)
    _forget()


def accounts(first: int, count: int = 1) -> bytes:
    """Return an export of family accounts, of which each adds one to the published figure."""
    lines = (f"C{number};01/10/2020;Actif;Oui\n" for number in range(first, first + count))
    return (_ACCOUNTS + "".join(lines)).encode("cp1252")


def drop(first: int, count: int = 1) -> Path:
    """Drop an export of family accounts in the inbox of the present home."""
    return inbox.drop(accounts(first, count), f"accounts_{first}.csv", PORTAL, TOWN)


def drop_first() -> None:
    """Drop the export that the others add to."""
    drop(0, FIRST_ACCOUNTS)


def _sources() -> list[str]:
    return list(catalog().sources)


def _forget() -> None:
    for remembered in (settings, catalog):
        remembered.cache_clear()
