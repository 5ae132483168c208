"""A town is one file and an indicator at most four, from the catalogue to the page: done in a copy."""

from __future__ import annotations

import csv
import shutil
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
import yaml

from arobase import inbox, ingest, pipeline
from tests.e2e.conftest import OCTOBER
from tests.e2e.running import REPOSITORY, copied, dashboard, drop, living_in, rows

pytestmark = pytest.mark.xdist_group("e2e")

TOWN = """\
id: arcueil
name: Arcueil
insee_code: "94003"
sources: {arcep_fibre: {}, geo_communes: {}, family_portal: {}}
"""
ACCOUNTS = """\
Id compte;Date d'ouverture;Etat;Liaison CAF
B1;01/09/2020;Actif;Oui
B2;02/09/2020;Clos;Non
B3;03/09/2020;Actif;Non
B4;04/09/2020;Actif;Non
B5;04/09/2020;Actif;Oui
B6;07/09/2020;Actif;Non
B7;08/09/2020;Actif;Oui
"""
MODEL = """\
select
    'inhabitants' as indicator_id,
    cities.city_id,
    communes.received_on as period_start,
    communes.received_on as period_end,
    cast(communes.population as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'measured' as origin,
    false as is_provisional,
    'geo_communes' as source_id,
    communes.received_at as as_of,
    communes._batch_id
from {{ ref('stg_geo_communes__communes') }} as communes
inner join {{ ref('stg_catalog__cities') }} as cities on communes.insee_code = cities.insee_code
where communes.population is not null
"""
MODELS = "dbt_project/models/marts/indicators"


@dataclass(frozen=True)
class Grown:
    """A copy of the project with one town and one indicator more, refreshed."""

    home: Path
    project: Path
    own: Path
    """The town's own catalogue folder."""


@pytest.fixture(scope="module")
def grown(october, sandbox, tmp_path_factory):
    root = tmp_path_factory.mktemp("grown")
    grown = Grown(copied(october, root / "home"), root / "project", root / "own")
    for folder in ("catalog", "dbt_project"):
        shutil.copytree(REPOSITORY / folder, grown.project / folder)
    (grown.own / "cities").mkdir(parents=True)
    (grown.own / "cities" / "arcueil.yml").write_text(TOWN)
    _add_indicator(grown.project)
    drop(grown.home, "arcueil", "comptes.csv", ACCOUNTS)
    sandbox.at(OCTOBER)
    with living_in(grown.home, {**sandbox.environ, **_variables(grown)}):
        for source_id in ("arcep_fibre", "geo_communes"):
            ingest.ingest(source_id, now=OCTOBER)
        inbox.claim(OCTOBER)
        pipeline.refresh(now=OCTOBER)
        yield grown
    sandbox.at(None)


def _variables(grown: Grown) -> dict[str, str]:
    catalogs = f"{grown.project / 'catalog'}:{grown.own}"
    return {"AROBASE_PROJECT": str(grown.project), "AROBASE_CATALOG": catalogs}


def _add_indicator(project: Path) -> None:
    """Add the number of inhabitants, which the register of communes has always given."""
    entry = yaml.safe_load((project / "catalog/indicators/open_datasets.yml").read_text())
    names = {"fr": "Habitants de la commune", "en": "Inhabitants of the town"}
    entry |= {"id": "inhabitants", "title": names, "short_title": names, "theme": "territory"}
    entry |= {"sources": ["geo_communes"], "cadence": "year", "headline": 10, "references": {}}
    entry["plausible"] |= {"min": 1, "max": 3_000_000}
    text = yaml.safe_dump(entry, allow_unicode=True, sort_keys=False)
    (project / "catalog/indicators/inhabitants.yml").write_text(text)
    (project / MODELS / "ind_inhabitants.sql").write_text(MODEL)
    _change(
        project / MODELS / "indicator_values.sql",
        "    ref('ind_instagram_followers'),\n",
        "    ref('ind_inhabitants'),\n    ref('ind_instagram_followers'),\n",
    )
    _change(
        project / MODELS / "_indicators__models.yml",
        "  - name: ind_instagram_followers\n",
        "  - name: ind_inhabitants\n    description: Inhabitants of the town.\n"
        "    columns: *measure\n\n  - name: ind_instagram_followers\n",
    )


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))


def _differing(project: Path) -> list[str]:
    """Return the files of a copy that the repository has not, or not so."""
    files = [path.relative_to(project) for path in project.rglob("*") if path.is_file()]
    return [
        str(path)
        for path in files
        if not (REPOSITORY / path).exists()
        or (REPOSITORY / path).read_bytes() != (project / path).read_bytes()
    ]


def test_a_town_is_one_file(grown, sandbox):
    assert [path.name for path in grown.own.rglob("*") if path.is_file()] == ["arcueil.yml"]

    assert rows(grown.home, "select name, insee_code from cities where city_id = 'arcueil'") == [
        ("Arcueil", "94003")
    ]
    published = dict(
        rows(
            grown.home,
            "select indicator_id, arg_max(value, period_end) from indicator_values"
            " where city_id = 'arcueil' group by indicator_id",
        )
    )
    assert published["family_accounts"] == 6
    assert published["fibre_coverage_share"] == pytest.approx(_fibre_of("94003", sandbox))


def _fibre_of(insee_code: str, sandbox) -> float:
    """Compute the share from the publisher's own file, without the pipeline."""
    address = (
        f"{sandbox.address}/arcep_fibre/fixe/maconnexioninternet/statistiques/2020_T2"
        "/commune/commune_techno.csv"
    )
    lines = csv.DictReader(httpx2.get(address).text.splitlines(), delimiter=";")
    [line] = [line for line in lines if line["code_insee"] == insee_code]
    return 100 * int(line["elig_ftth"]) / int(line["nbr"])


def test_an_indicator_of_a_known_source_is_at_most_four_files(grown):
    assert sorted(_differing(grown.project)) == [
        "catalog/indicators/inhabitants.yml",
        f"{MODELS}/_indicators__models.yml",
        f"{MODELS}/ind_inhabitants.sql",
        f"{MODELS}/indicator_values.sql",
    ]

    found = rows(
        grown.home,
        "select value, status from indicator_values"
        " where indicator_id = 'inhabitants' and city_id = 'val_de_bievre'",
    )
    assert found == [(62180, "published")]


@pytest.mark.browser
def test_both_are_on_the_page(grown, page, text):
    with dashboard(grown.home, now=OCTOBER, **_variables(grown)) as address:
        page.goto(f"{address}/?villes=94003")
        page.wait_for_selector("#carte-inhabitants .kpi-value")

        assert text("h1").startswith("Arcueil")
        assert text("#carte-family_accounts .kpi-value") == "6"
        assert int(text("#carte-inhabitants .kpi-value").replace("\u202f", "")) > 15_000
