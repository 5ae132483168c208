"""The official list of communes: name, population and groupings of the towns of the catalogue."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

from arobase.catalog import City, Text
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Answer, Http, parsed_json
from arobase.errors import SourceChanged

FIELDS = "nom,code,population,codeEpci,codeDepartement,codeRegion"


class GeoCommunes:
    """Asks for one commune at a time, by its official code."""

    async def fetch(self, feed: Feed, http: Http) -> AsyncIterator[Page | Notice]:
        """Yield one page per town; a code that is no longer a commune is a notice."""
        known = 0
        for city in feed.cities:
            params = {"code": city.insee_code, "fields": FIELDS}
            answer = await http.get(feed, "/communes", params)
            if _communes(answer, city):
                known += 1
                yield answer.page("communes")
            else:
                yield _unknown(city)
        if feed.cities and not known:
            raise SourceChanged(f"{answer.url}: not one of our towns is in the list of communes")

    def records(self, page: Page) -> Iterator[Mapping[str, Any]]:
        """Yield one record per commune."""
        yield from parsed_json(page.body, page.url, page.media_type)


def _communes(answer: Answer, city: City) -> list[Mapping[str, Any]]:
    """Return the answer's communes.

    The API ignores a filter it does not know and answers with the whole country: so an answer about
    anything but the code asked for means that the filter has changed.
    """
    communes = answer.json()
    if not isinstance(communes, list):
        raise SourceChanged(f"{answer.url}: expected a bare list of communes")
    codes = {each.get("code") for each in communes if isinstance(each, dict)}
    if communes and codes != {city.insee_code}:
        raise SourceChanged(f"{answer.url}: {len(communes)} communes, not just {city.insee_code}")
    return communes


def _unknown(city: City) -> Notice:
    return Notice(
        severity="warning",
        stream="communes",
        code="commune_unknown",
        message=Text(
            fr=f"{city.name} : le code {city.insee_code} n'est pas (ou plus) celui d'une commune.",
            en=f"{city.name}: the code {city.insee_code} is not (or no longer) a commune's.",
        ),
    )
