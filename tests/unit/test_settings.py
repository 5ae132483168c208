"""Settings come from the environment, and only on first use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from arobase import settings as module
from arobase.settings import Settings, base_url_override, current_time, secret_from_environment


def test_catalogue_folders_are_split_on_colons(monkeypatch, tmp_path):
    monkeypatch.setenv("AROBASE_CATALOG", f"{tmp_path}/a:{tmp_path}/b")

    assert Settings().catalog == (tmp_path / "a", tmp_path / "b")


def test_the_product_clock_can_be_frozen(monkeypatch, home):
    monkeypatch.setenv("AROBASE_NOW", "2020-10-01T08:00:00+02:00")
    module.settings.cache_clear()

    assert current_time() == datetime(2020, 10, 1, 6, tzinfo=UTC)


def test_a_clock_without_offset_is_refused(monkeypatch):
    monkeypatch.setenv("AROBASE_NOW", "2020-10-01T08:00:00")

    with pytest.raises(ValidationError, match="timezone"):
        Settings()


def test_an_override_loses_its_trailing_slash(monkeypatch):
    monkeypatch.setenv("AROBASE_BASE_URL__FACEBOOK_PAGE", "http://127.0.0.1:9/")

    assert base_url_override("facebook_page") == "http://127.0.0.1:9"
    assert base_url_override("instagram") is None


def test_a_secret_is_found_by_town_and_source_and_not_shown(monkeypatch):
    monkeypatch.setenv("AROBASE_SECRET__VAL_DE_BIEVRE__BREVO", "xkeysib-1")

    secret = secret_from_environment("val_de_bievre", "brevo")

    assert secret is not None
    assert secret.get_secret_value() == "xkeysib-1"
    assert "xkeysib" not in repr(secret)
