"""Names people type, checked against the catalogue."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from arobase.catalog.loader import Catalog
from arobase.catalog.models import Source
from arobase.errors import UsageError


def known_source(catalog: Catalog, source_id: str) -> Source:
    """Return the source of that id.

    Raises:
        UsageError: there is none; the message gives the nearest name.
    """
    check("source", source_id, catalog.sources)
    return catalog.sources[source_id]


def known_cities(catalog: Catalog, source: Source, city_ids: Sequence[str]) -> None:
    """Check that each of these towns exists and has this source.

    Raises:
        UsageError: one does not.
    """
    for city_id in city_ids:
        check("city", city_id, catalog.cities)
        if source.id not in catalog.cities[city_id].sources:
            has = ", ".join(catalog.cities[city_id].sources) or "none"
            raise UsageError(f"{city_id} has no source {source.id!r}; it has: {has}")


def check(kind: str, found: str, known: Iterable[str]) -> None:
    """Check that a name is one of the known ones.

    Raises:
        UsageError: it is not; the message gives the nearest, or all when none is near.
    """
    names = sorted(known)
    if found in names:
        return
    near = difflib.get_close_matches(found, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names) or 'none'}"
    raise UsageError(f"unknown {kind} {found!r}; {hint}")
