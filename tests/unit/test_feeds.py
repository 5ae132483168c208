"""Which towns a pull is about, and where their services are."""

from __future__ import annotations

import pytest

from arobase.catalog import Catalog
from arobase.errors import UsageError
from arobase.feeds import base_url, pulled_source, targets, towns


def test_a_national_source_is_one_pull_for_all_its_towns(repository_catalog: Catalog):
    source = repository_catalog.sources["arcep_fibre"]
    cities = towns(repository_catalog, source, None)

    assert len(cities) == 4
    assert targets(source, cities) == [None]
    assert targets(source, ()) == []


def test_a_towns_source_is_one_pull_for_each_that_has_it(repository_catalog: Catalog):
    source = repository_catalog.sources["brevo"]
    cities = towns(repository_catalog, source, None)

    assert [each.id for each in cities] == ["cachan", "montrouge", "val_de_bievre"]
    assert targets(source, cities) == list(cities)


def test_no_town_named_is_not_all_towns(repository_catalog: Catalog):
    source = repository_catalog.sources["brevo"]

    assert towns(repository_catalog, source, []) == ()


@pytest.mark.parametrize("city_id", ["nowhere", "saint_aubin_les_etangs"])
def test_a_town_without_the_source_is_wrong_usage(repository_catalog: Catalog, city_id):
    source = repository_catalog.sources["brevo"]

    with pytest.raises(UsageError, match=f"{city_id}.*cachan, montrouge, val_de_bievre"):
        towns(repository_catalog, source, [city_id])


@pytest.mark.parametrize(
    ("source_id", "said"), [("family_portal", "dropped in the inbox"), ("facebok", "no source")]
)
def test_a_source_that_is_not_pulled_is_wrong_usage(repository_catalog: Catalog, source_id, said):
    with pytest.raises(UsageError, match=said):
        pulled_source(repository_catalog, source_id)


@pytest.mark.parametrize(
    ("source_id", "override", "expected"),
    [
        ("brevo", None, "https://api.brevo.com"),
        ("opendatasoft", None, "https://cachan.opendatasoft.com"),
        ("decidim", None, "https://budgetparticipatif.ville-cachan.fr"),
        ("brevo", "http://127.0.0.1:9/brevo/", "http://127.0.0.1:9/brevo"),
        ("decidim", "http://127.0.0.1:9/decidim/{city}", "http://127.0.0.1:9/decidim/cachan"),
        ("decidim", "http://127.0.0.1:9/{insee}/x", "http://127.0.0.1:9/94016/x"),
    ],
)
def test_the_environment_then_the_catalogue_then_the_town_say_the_address(
    repository_catalog: Catalog, monkeypatch: pytest.MonkeyPatch, source_id, override, expected
):
    if override:
        monkeypatch.setenv(f"AROBASE_BASE_URL__{source_id.upper()}", override)

    found = base_url(repository_catalog.sources[source_id], repository_catalog.cities["cachan"])

    assert found == expected
