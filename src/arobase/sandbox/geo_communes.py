"""Stand-in of geo.api.gouv.fr: bare arrays, unknown filters ignored, missing values left out."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from difflib import SequenceMatcher
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox.communes import Commune, communes
from arobase.sandbox.world import World

SOURCE = "geo_communes"
_DEFAULT = "nom,code,codeDepartement,siren,codeEpci,codeRegion,codesPostaux,population"
_READ: Mapping[str, Callable[[Commune], Any]] = {
    "nom": lambda commune: commune.name,
    "code": lambda commune: commune.code,
    "codeDepartement": lambda commune: commune.department,
    "siren": lambda commune: commune.siren or None,
    "codeEpci": lambda commune: commune.epci or None,
    "codeRegion": lambda commune: commune.region,
    "codesPostaux": lambda commune: list(commune.postcodes) or None,
    "population": lambda commune: commune.population,
    "codeParent": lambda commune: commune.parent or None,
    "type": lambda commune: commune.kind,
    "zone": lambda commune: commune.zone,
}
_FILTERS = ("code", "siren", "codeEpci", "codeDepartement", "codeRegion", "codeParent", "zone")


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of this service."""
    everything = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]
    return [
        Route("/communes", _only_reading(_communes), methods=everything),
        Route("/communes/{code}", _only_reading(_commune), methods=everything),
        Route("/departements/{department}/communes", _only_reading(_communes), methods=everything),
        Route("/epcis/{epci}/communes", _only_reading(_communes), methods=everything),
    ]


def rate_limited(world: World, request: Request) -> Response:
    """Answer as over the limit the neighbouring geocoding service documents."""
    return PlainTextResponse("Too Many Requests", 429, headers={"retry-after": "5"})


def _only_reading(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse(f"Method {request.method} not allowed", 401)
        return answer(request)

    return endpoint


def _communes(request: Request) -> Response:
    asked = dict(request.query_params) | {
        key: request.path_params[name]
        for key, name in (("codeDepartement", "department"), ("codeEpci", "epci"))
        if name in request.path_params
    }
    limit = asked.get("limit", "")
    if limit and not limit.isdigit():
        return PlainTextResponse("Your limit parameter is not a number or is negative", 400)
    if asked.get("format") == "geojson" and not set(asked) & {*_FILTERS, "nom", "codePostal"}:
        return PlainTextResponse("Geojson format is not available without filter", 400)
    found = [_shown(commune, asked.get("fields")) for commune in _search(asked)]
    if "nom" in asked:
        found = _scored(found, asked["nom"])
    return JSONResponse(found[: int(limit)] if limit else found)


def _commune(request: Request) -> Response:
    for commune in communes():
        if commune.code == request.path_params["code"]:
            return JSONResponse(_shown(commune, request.query_params.get("fields")))
    return PlainTextResponse("Not Found", 404)


def _search(asked: Mapping[str, str]) -> Iterable[Commune]:
    """Yield what the known filters keep; a filter the service does not know changes nothing."""
    kinds = asked.get("type", "commune-actuelle").split(",")
    for commune in communes():
        keeps = all(
            _READ[name](commune) in asked[name].split(",") for name in _FILTERS if name in asked
        )
        postcode = asked.get("codePostal")
        if commune.kind in kinds and keeps and (not postcode or postcode in commune.postcodes):
            yield commune


def _shown(commune: Commune, fields: str | None) -> dict[str, Any]:
    names = [name for name in (fields or _DEFAULT).split(",") if name in _READ]
    names += [name for name in ("nom", "code") if name not in names]
    values = {name: _READ[name](commune) for name in names}
    return {name: value for name, value in values.items() if value is not None}


def _scored(found: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Keep the names that look alike, best first: a search by name is approximate."""
    wanted = _plain(name)
    scored = [
        one | {"_score": SequenceMatcher(None, wanted, _plain(one["nom"])).ratio()} for one in found
    ]
    return sorted((one for one in scored if one["_score"] > 0.6), key=lambda one: -one["_score"])


def _plain(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return "".join(letter for letter in letters if letter.isalnum())
