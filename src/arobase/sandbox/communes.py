"""The communes the national stand-ins know: Île-de-France, uninhabited ones, invented towns."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from arobase.sandbox.towns import TOWNS


@dataclass(frozen=True, slots=True)
class Commune:
    """One commune or municipal district, as the official register gives it."""

    code: str
    name: str
    kind: str
    parent: str
    department: str
    region: str
    epci: str
    siren: str
    postcodes: tuple[str, ...]
    population: int | None
    zone: str


@cache
def communes() -> tuple[Commune, ...]:
    """Return every commune, by code."""
    path = files("arobase.sandbox") / "data" / "communes_ile_de_france.csv"
    lines = csv.DictReader(path.read_text("utf-8").splitlines(), delimiter=";")
    real = [_read(line) for line in lines]
    return tuple(sorted([*real, *_invented()], key=lambda commune: commune.code))


def _read(line: dict[str, str]) -> Commune:
    return Commune(
        code=line["code"],
        name=line["nom"],
        kind=line["type"],
        parent=line["codeParent"],
        department=line["codeDepartement"],
        region=line["codeRegion"],
        epci=line["codeEpci"],
        siren=line["siren"],
        postcodes=tuple(line["codesPostaux"].split()),
        population=int(line["population"]) if line["population"] else None,
        zone=line["zone"],
    )


def _invented() -> list[Commune]:
    return [
        Commune(
            code=town.insee_code,
            name=town.name,
            kind="commune-actuelle",
            parent="",
            department=town.department,
            region="11",
            epci=town.epci,
            siren=town.siren,
            postcodes=town.postcodes,
            population=town.population,
            zone="metro",
        )
        for town in TOWNS.values()
        if town.invented
    ]
