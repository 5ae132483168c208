"""Feeds: which sources and towns a pull is about, and where their services are."""

from __future__ import annotations

from collections.abc import Sequence

from arobase.catalog import Arrival, Catalog, City, Source, SourceScope
from arobase.errors import UsageError
from arobase.settings import base_url_override

ADDRESS_KEYS = ("portal_url", "url")
"""The keys under which a town gives the address of a service of its own."""


def pulled_source(catalog: Catalog, source_id: str) -> Source:
    """Return a source that is fetched.

    Raises:
        UsageError: there is none of that name, or its files are dropped.
    """
    source = catalog.sources.get(source_id)
    if source is None:
        raise UsageError(f"no source {source_id!r}; there are: {', '.join(catalog.sources)}")
    if source.arrival is not Arrival.pull:
        raise UsageError(f"{source_id} is not pulled: its files are dropped in the inbox")
    return source


def towns(catalog: Catalog, source: Source, city_ids: Sequence[str] | None) -> tuple[City, ...]:
    """Return the towns named, or all those that have the source.

    Raises:
        UsageError: a town does not exist, or does not have the source.
    """
    having = {city.id: city for city in catalog.cities.values() if source.id in city.sources}
    for city_id in city_ids or ():
        if city_id not in having:
            known = ", ".join(having) or "none"
            raise UsageError(f"{city_id!r} is no town with {source.id}; those are: {known}")
    return tuple(having[city_id] for city_id in (having if city_ids is None else city_ids))


def targets(source: Source, cities: Sequence[City]) -> list[City | None]:
    """Return what one pull each is made for: a town, or None for the whole country at once."""
    if source.scope is SourceScope.national:
        return [None] if cities else []
    return list(cities)


def base_url(source: Source, city: City | None) -> str:
    """Return where the API lives: what the environment says, else the catalogue, else the town.

    Raises:
        UsageError: none of them says.
    """
    if override := base_url_override(source.id):
        return _for_town(override, city)
    if source.base_url:
        return str(source.base_url).rstrip("/")
    keys = city.sources[source.id] if city else {}
    for name in ADDRESS_KEYS:
        if isinstance(address := keys.get(name), str):
            return address.rstrip("/")
    raise UsageError(f"{source.id}: no address in the catalogue, nor in the town's file")


def _for_town(address: str, city: City | None) -> str:
    if city is None:
        return address
    return address.replace("{city}", city.id).replace("{insee}", city.insee_code)
