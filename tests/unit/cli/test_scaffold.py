"""`arobase new` writes files that hold together at once."""

from __future__ import annotations

import ast
import shutil

import pytest
import yaml
from typer.testing import CliRunner

from arobase.catalog import catalog, load_catalog
from arobase.cli.app import app
from arobase.errors import UsageError
from arobase.settings import settings


@pytest.fixture
def project(home, tmp_path, monkeypatch, repository):
    """A copy of the catalogue in an otherwise empty project."""
    folder = tmp_path / "project"
    shutil.copytree(repository / "catalog", folder / "catalog")
    monkeypatch.setenv("AROBASE_PROJECT", str(folder))
    monkeypatch.setenv("AROBASE_CATALOG", str(folder / "catalog"))
    settings.cache_clear()
    catalog.cache_clear()
    return folder


def _run(*arguments: str):
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False)


def test_a_new_city_has_the_national_sources_and_shows_how_to_add_the_others(project):
    result = _run("new", "city", "nogent", "--insee", "94052", "--name", "Nogent-sur-Marne")

    assert result.exit_code == 0
    found = load_catalog(project / "catalog").cities["nogent"]
    assert (found.name, found.insee_code) == ("Nogent-sur-Marne", "94052")
    assert set(found.sources) == {"arcep_fibre", "geo_communes"}
    text = (project / "catalog/cities/nogent.yml").read_text()
    assert '# brevo: {list_ids: ["3"]}' in text
    assert "AROBASE_SECRET__NOGENT__<SOURCE>" in text


def test_every_source_of_a_new_city_can_be_uncommented(project):
    _run("new", "city", "nogent", "--insee", "94052")
    path = project / "catalog/cities/nogent.yml"

    path.write_text(path.read_text().replace("  # ", "  "))

    known = load_catalog(project / "catalog")
    assert set(known.cities["nogent"].sources) == set(known.sources)


@pytest.mark.parametrize("arrival", ["pull", "drop"])
def test_a_new_source_is_a_right_catalogue_and_a_right_dbt_source(project, arrival):
    result = _run("new", "source", "mastodon_posts", "--arrival", arrival)

    assert result.exit_code == 0
    assert load_catalog(project / "catalog").sources["mastodon_posts"].arrival == arrival
    staging = project / "dbt_project/models/staging/mastodon_posts"
    sources = yaml.safe_load((staging / "_mastodon_posts__sources.yml").read_text())
    assert sources["sources"][0]["tables"][0]["name"] == "mastodon_posts__records"
    model = (staging / "stg_mastodon_posts__records.sql").read_text()
    assert "source('mastodon_posts', 'mastodon_posts__records')" in model
    connector = project / "src/arobase/connectors/mastodon_posts.py"
    assert connector.exists() == (arrival == "pull")
    if arrival == "pull":
        classes = [
            node.name for node in ast.parse(connector.read_text()).body if hasattr(node, "name")
        ]
        assert classes == ["MastodonPosts"]


def test_a_new_indicator_is_a_right_entry_and_a_model_of_the_agreed_columns(project):
    result = _run("new", "indicator", "social_posts", "--source", "facebook_page")

    assert result.exit_code == 0
    assert load_catalog(project / "catalog").indicators["social_posts"].sources == (
        "facebook_page",
    )
    model = (project / "dbt_project/models/marts/indicators/ind_social_posts.sql").read_text()
    listed = model.split("select")[-1].split("from")[0].split(",\n")
    columns = [line.split()[-1] for line in listed]
    assert columns == [
        "indicator_id",
        "city_id",
        "period_start",
        "period_end",
        "value",
        "numerator",
        "denominator",
        "origin",
        "is_provisional",
        "source_id",
        "as_of",
        "_batch_id",
    ]


def test_nothing_is_overwritten(project):
    with pytest.raises(UsageError, match="'cachan' exists already"):
        _run("new", "city", "cachan", "--insee", "94052")


def test_an_id_that_is_none_is_refused(project):
    with pytest.raises(UsageError, match="is not an id"):
        _run("new", "city", "Nogent-sur-Marne", "--insee", "94052")


def test_it_says_what_to_do_next(project):
    result = _run("new", "source", "bluesky")

    assert "CONNECTORS" in result.stdout
    assert "arobase catalog check" in result.stdout
