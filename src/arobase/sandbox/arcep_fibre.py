"""Stand-in of ARCEP's "Ma connexion internet": a listing of quarters, one CSV of communes for each.

A quarter appears ten weeks after its end. Shares of premises reached by fibre only grow.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from arobase.sandbox.communes import Commune, communes
from arobase.sandbox.model import unit
from arobase.sandbox.towns import TOWNS, Fibre
from arobase.sandbox.world import World

SOURCE = "arcep_fibre"
DELAY = timedelta(weeks=10)
_ROOT = "/fixe/maconnexioninternet/statistiques"
_COLUMNS = (
    "code_insee;nom_com;code_dep;code_reg;nbr;type;elig_ftth;elig_coax;elig_cu;elig_thdr;"
    "{mobile};elig_hdr;elig_sat;date"
)
_BREAK = date(2026, 6, 30)
_BY_CODE = {town.insee_code: town for town in TOWNS.values()}


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """One quarter of a year."""

    year: int
    number: int

    @property
    def name(self) -> str:
        """As the folders spell it."""
        return f"{self.year}_T{self.number}"

    @property
    def end(self) -> date:
        """Its last day."""
        following = date(self.year + self.number // 4, self.number % 4 * 3 + 1, 1)
        return following - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        """The one that follows."""
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)


FIRST = Quarter(2019, 4)
START_QUARTER = Quarter(2020, 2)
"""The quarter whose figures `towns.py` gives; the next one repeats them."""


def published(today: date) -> list[Quarter]:
    """Return the quarters on line on a day, oldest first."""
    quarters, one = [], FIRST
    while one.end + DELAY <= today:
        quarters.append(one)
        one = one.next
    return quarters


def routes(world: World) -> list[BaseRoute]:
    """Return the addresses of this service."""

    def listing(request: Request) -> Response:
        names = [quarter.name for quarter in published(world.today())]
        return _index(_ROOT, [*names, *(["last"] if names else [])], folders=True)

    def folder(request: Request) -> Response:
        if (quarter := _asked(world, request)) is None:
            return _not_found()
        path = f"{_ROOT}/{request.path_params['quarter']}/commune"
        return _index(path, _files(quarter), folders=False)

    def table(request: Request) -> Response:
        quarter = _asked(world, request)
        if quarter is None or request.path_params["file"] not in _files(quarter):
            return _not_found()
        body = "".join(f"{line}\n" for line in coverage(world.seed, quarter))
        return Response(body.encode(), media_type="text/csv")

    return [
        Route(f"{_ROOT}/", listing),
        Route(f"{_ROOT}/index.html", listing),
        Route(f"{_ROOT}/{{quarter}}/commune/", folder),
        Route(f"{_ROOT}/{{quarter}}/commune/{{file}}", table),
    ]


def rate_limited(world: World, request: Request) -> Response:
    """Answer as an object store over its rate."""
    said = "<Code>SlowDown</Code><Message>Please reduce your request rate.</Message>"
    body = f"<?xml version='1.0'?><Error>{said}</Error>"
    return Response(body, 503, media_type="application/xml")


def _asked(world: World, request: Request) -> Quarter | None:
    quarters = {quarter.name: quarter for quarter in published(world.today())}
    name = request.path_params["quarter"]
    return max(quarters.values(), default=None) if name == "last" else quarters.get(name)


def _files(quarter: Quarter) -> list[str]:
    return [] if quarter == FIRST else ["commune_techno.csv"]


def _index(path: str, names: list[str], *, folders: bool) -> Response:
    slash = "/" if folders else ""
    links = "".join(f'<li><a href="{name}{slash}">{name}{slash}</a></li>\n' for name in names)
    title = f"Index of {path}/"
    return HTMLResponse(
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f'<body><h1>{title}</h1>\n<ul>\n<li><a href="../">../</a></li>\n{links}</ul>'
        "</body></html>\n"
    )


def _not_found() -> Response:
    return PlainTextResponse("404 page not found", 404)


def coverage(seed: int, quarter: Quarter) -> Iterator[str]:
    """Yield the lines of a quarter's file, header first."""
    # The column was misspelled until 2021.
    yield _COLUMNS.format(mobile="elig_4fg" if quarter.year < 2021 else "elig_4gf")
    for commune in communes():
        if commune.kind == "commune-actuelle" and commune.population and commune.region == "11":
            yield _line(seed, commune, quarter)


def _line(seed: int, commune: Commune, quarter: Quarter) -> str:
    premises, fibre = premises_and_fibre(seed, commune, quarter)
    taste = unit(seed, commune.code, "cable")
    dense = (commune.population or 0) > 9000
    cable = round(premises * taste * 0.9) if dense else 0
    copper = 0 if quarter.end >= _BREAK and taste < 0.74 else premises - round(premises * 0.002)
    mobile = 0 if commune.code == "75056" else round(premises * (0.97 + 0.03 * taste))
    numbers = (fibre, cable, copper, 0, mobile, 0, premises)
    return ";".join(
        [
            commune.code,
            commune.name,
            commune.department,
            commune.region,
            str(premises),
            "all",
            *(str(number) for number in numbers),
            quarter.end.isoformat(),
        ]
    )


def premises_and_fibre(seed: int, commune: Commune, quarter: Quarter) -> tuple[int, int]:
    """Return a commune's premises, and those fibre reaches, at the end of a quarter."""
    town = _BY_CODE.get(commune.code)
    fibre = town.fibre if town else _typical(seed, commune)
    quarters = (quarter.year - START_QUARTER.year) * 4 + quarter.number - START_QUARTER.number
    elapsed = min(quarters, 0) if quarters < 0 else max(0, quarters - 1)
    premises = round(fibre.premises * (1 + 0.0011 * elapsed))
    start = fibre.eligible / fibre.premises
    if elapsed >= 0:
        share = fibre.ceiling - (fibre.ceiling - start) * math.exp(-elapsed / 7)
    else:
        share = start * (1 + 0.035 * elapsed)
    return premises, min(premises, round(premises * share))


def _typical(seed: int, commune: Commune) -> Fibre:
    people = commune.population or 0
    premises = max(12, round(people * (0.43 + 0.14 * unit(seed, commune.code, "premises"))))
    ready = 0.72 if people > 9000 else 0.34
    start = min(0.98, ready + 0.27 * unit(seed, commune.code, "fibre"))
    return Fibre(
        premises, round(premises * start), 0.95 + 0.049 * unit(seed, commune.code, "ceiling")
    )
