"""The catalogue and what must agree with it."""

from __future__ import annotations

import shutil
from pathlib import Path

import yaml

from arobase.catalog import load_catalog
from arobase.connectors.registry import CONNECTORS


def test_every_indicator_has_its_model_and_its_line_in_the_union(repository, repository_catalog):
    folder = repository / "dbt_project/models/marts/indicators"
    models = {path.stem for path in folder.glob("ind_*.sql")}
    union = (folder / "indicator_values.sql").read_text()

    assert models
    assert models == {each.model for each in repository_catalog.indicators.values()}
    for model in sorted(models):
        assert f"'{model}'" in union, f"add '{model}' to indicator_values.sql"


def test_every_pulled_source_has_a_connector_and_the_reverse(repository_catalog):
    pulled = {
        source.id for source in repository_catalog.sources.values() if source.arrival == "pull"
    }

    assert pulled == set(CONNECTORS)


def test_every_source_has_its_staging_folder(repository, repository_catalog):
    folders = {
        path.name for path in (repository / "dbt_project/models/staging").iterdir() if path.is_dir()
    }

    assert set(repository_catalog.sources) <= folders


def test_a_new_town_is_one_file(repository, tmp_path: Path):
    root = shutil.copytree(repository / "catalog", tmp_path / "catalog")
    town = yaml.safe_load((root / "cities/cachan.yml").read_text())
    (root / "cities/arcueil.yml").write_text(
        yaml.safe_dump(
            town | {"id": "arcueil", "name": "Arcueil", "insee_code": "94003"}, allow_unicode=True
        )
    )

    feeds = {(source.id, city.id if city else None) for source, city in load_catalog(root).feeds()}

    assert ("facebook_page", "arcueil") in feeds
    assert ("family_portal", "arcueil") in feeds


def test_a_town_keeps_its_files_in_a_folder_of_its_own(repository, tmp_path: Path):
    own = tmp_path / "own"
    (own / "cities").mkdir(parents=True)
    (own / "cities/cachan.yml").write_text(
        'id: cachan\nname: Cachan\ninsee_code: "94016"\nenabled: false\n'
    )
    (own / "cities/arcueil.yml").write_text(
        'id: arcueil\nname: Arcueil\ninsee_code: "94003"\nsources: {family_portal: {}}\n'
    )

    catalog = load_catalog(repository / "catalog", own)

    assert "arcueil" in catalog.cities
    assert "cachan" not in catalog.cities
    assert {claim.city for _, claim in catalog.claims()} == set()
