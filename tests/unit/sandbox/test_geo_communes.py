from __future__ import annotations

from typing import Any

import pytest

FIELDS = "nom,code,population,codeEpci,codeDepartement,codeRegion"


def test_a_commune_comes_with_the_default_fields(sandbox: Any) -> None:
    assert sandbox.get("/geo_communes/communes/94016").json() == {
        "nom": "Cachan",
        "code": "94016",
        "codeDepartement": "94",
        "siren": "219400165",
        "codeEpci": "200054781",
        "codeRegion": "11",
        "codesPostaux": ["94230"],
        "population": 31103,
    }


def test_communes_are_a_bare_array_with_the_invented_towns(sandbox: Any) -> None:
    found = sandbox.get(f"/geo_communes/communes?fields={FIELDS}").json()

    by_code = {one["code"]: one for one in found}
    assert isinstance(found, list)
    assert by_code["94991"]["nom"] == "Val-de-Bièvre"
    assert by_code["91992"]["population"] == 3412
    assert list(by_code["94016"]) == FIELDS.split(",")


def test_a_missing_value_is_an_absent_key_and_zero_is_zero(sandbox: Any) -> None:
    found = sandbox.get(f"/geo_communes/communes?fields={FIELDS}").json()

    without = [one for one in found if "population" not in one]
    empty = [one for one in found if one.get("population") == 0]

    assert len(without) == len(empty) == 6
    assert all("codeEpci" not in one for one in without)


def test_a_filter_narrows_and_an_unknown_one_is_ignored(sandbox: Any) -> None:
    everything = len(sandbox.get("/geo_communes/communes").json())

    department = sandbox.get("/geo_communes/communes?codeDepartement=94").json()
    typo = sandbox.get("/geo_communes/communes?codeInsee=94016").json()

    assert len(department) == 48
    assert len(typo) == everything > 1270
    assert len(sandbox.get("/geo_communes/departements/94/communes").json()) == 48


def test_municipal_districts_come_only_when_asked_for(sandbox: Any) -> None:
    found = sandbox.get(
        "/geo_communes/communes?type=arrondissement-municipal&fields=codeEpci,codeParent"
    )

    assert len(found.json()) == 20
    assert found.json()[0] == {
        "codeParent": "75056",
        "nom": "Paris 1er Arrondissement",
        "code": "75101",
    }


def test_a_search_by_name_is_approximate_and_scored(sandbox: Any) -> None:
    found = sandbox.get("/geo_communes/communes?nom=cachan&fields=nom&limit=3").json()

    assert found[0]["nom"] == "Cachan"
    assert found[0]["_score"] == 1
    assert len(found) == 3


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/communes/00000", 404, "Not Found"),
        ("GET", "/communes?limit=-1", 400, "Your limit parameter is not a number or is negative"),
        ("POST", "/communes", 401, "Method POST not allowed"),
    ],
)
def test_errors_are_plain_text(
    sandbox: Any, method: str, path: str, status: int, text: str
) -> None:
    answer = sandbox.call(method, f"/geo_communes{path}")

    assert (answer.status_code, answer.text) == (status, text)
