from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from arobase.events import create_app
from arobase.settings import settings
from tests.published_version import publish_by_hand

TOKEN = "the-token-of-the-family-desk"


@pytest.fixture
def client(home):
    return TestClient(create_app())


@pytest.fixture
def version(home) -> Path:
    """A first published version, with figures of Cachan and one that is internal."""
    return publish_by_hand(home)


@pytest.fixture
def token(home, monkeypatch) -> str:
    monkeypatch.setenv("AROBASE_INBOX_TOKEN", TOKEN)
    settings.cache_clear()
    return TOKEN
