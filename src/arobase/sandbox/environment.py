"""The environment variables that make Arobase talk to a sandbox."""

from __future__ import annotations

from arobase.sandbox.towns import TOWNS, Town
from arobase.settings import environment_id

_SHARED = ("facebook_page", "instagram", "brevo", "arcep_fibre", "geo_communes")
_PER_TOWN = ("opendatasoft", "decidim")


def environment(port: int) -> dict[str, str]:
    """Return every `AROBASE_BASE_URL__*` and `AROBASE_SECRET__*` variable for a sandbox."""
    base = f"http://127.0.0.1:{port}"
    shared = {_base_url(source): f"{base}/{source}" for source in _SHARED}
    per_town = {_base_url(source): f"{base}/{source}/{{city}}" for source in _PER_TOWN}
    secrets = {
        f"AROBASE_SECRET__{environment_id(town.id)}__{environment_id(source)}": town.secret(source)
        for town in TOWNS.values()
        for source in _with_secret(town)
    }
    return shared | per_town | secrets


def _base_url(source_id: str) -> str:
    return f"AROBASE_BASE_URL__{environment_id(source_id)}"


def _with_secret(town: Town) -> list[str]:
    sources = {
        "facebook_page": True,
        "instagram": town.instagram_followers is not None,
        "brevo": bool(town.newsletters),
    }
    return [source for source, has_it in sources.items() if has_it]
