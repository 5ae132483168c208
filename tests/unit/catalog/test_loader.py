"""A wrong catalogue file stops the load, naming file, key, finding and the nearest name."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from arobase.catalog import load_catalog
from arobase.errors import CatalogError


@pytest.fixture
def root(repository: Path, tmp_path: Path) -> Path:
    return shutil.copytree(repository / "catalog", tmp_path / "catalog")


def _town(root: Path, text: str, name: str = "arcueil") -> Path:
    path = root / f"cities/{name}.yml"
    path.write_text(text, "utf-8")
    return path


def _message(root: Path) -> str:
    with pytest.raises(CatalogError) as caught:
        load_catalog(root)
    return str(caught.value)


def test_the_repository_catalogue_loads(repository_catalog):
    assert {"cachan", "montrouge"} <= set(repository_catalog.cities)
    assert [each.headline for each in repository_catalog.headlines()] == list(range(1, 10))


@pytest.mark.parametrize(
    ("town", "expected"),
    [
        (
            'id: arcueil\nname: Arcueil\ninsee_cod: "94003"\n',
            ["insee_cod: unknown key", "did you mean 'insee_code'?"],
        ),
        ("id: arcueil\nname: Arcueil\n", ["insee_code: required, but absent"]),
        ('id: arcueil\nname: Arcueil\ninsee_code: "9400"\n', ["insee_code: found '9400'"]),
        (
            'id: gentilly\nname: Gentilly\ninsee_code: "94037"\n',
            ["id is 'gentilly'", "named 'arcueil'"],
        ),
        (
            'id: arcueil\nname: Arcueil\ninsee_code: "94003"\nsources: {facebook_pages: {page_id: "1"}}\n',
            ["unknown source 'facebook_pages'", "did you mean 'facebook_page'?"],
        ),
        (
            'id: arcueil\nname: Arcueil\ninsee_code: "94003"\nsources: {facebook_page: {pageid: "1"}}\n',
            [
                "sources.facebook_page: unknown key 'pageid'",
                "did you mean 'page_id'?",
                "page_id: required, but absent",
            ],
        ),
        (
            'id: arcueil\nname: Arcueil\ninsee_code: "94003"\nsources: {brevo: {list_ids: "3"}}\n',
            ["sources.brevo.list_ids: found '3'; expected a list"],
        ),
        (
            'id: arcueil\nname: Arcueil\ninsee_code: "94003"\ntimezone: Europe/Pari\n',
            ["timezone: unknown 'Europe/Pari'"],
        ),
        (
            'id: arcueil\nname: Arcueil\ninsee_code: "94016"\n',
            ["insee_code: 94016 is already 'arcueil''s"[:31]],
        ),
        (
            'id: arcueil\nname: Arcueil\ninsee_code: "94003"\ntargets: {facebook_follower: {value: 1, by: 2026-01-01}}\n',
            [
                "targets: unknown indicator 'facebook_follower'",
                "did you mean 'facebook_followers'?",
            ],
        ),
        ("- just\n- a list\n", ["expected `key: value` lines"]),
        ("id: [unclosed\n", ["not readable as YAML"]),
    ],
)
def test_a_wrong_town_is_named_with_its_remedy(root, town, expected):
    path = _town(root, town)

    message = _message(root)

    for part in expected:
        assert part in message
    assert str(path) in message or "cachan.yml" in message


def test_every_mistake_is_told_at_once(root):
    _town(root, 'id: arcueil\nname: Arcueil\ninsee_code: "94003"\nsources: {instagrm: {}}\n')
    _town(
        root,
        'id: gentilly\nname: Gentilly\ninsee_code: "94037"\nsources: {brevoo: {}}\n',
        "gentilly",
    )

    message = _message(root)

    assert "'instagram'" in message
    assert "'brevo'" in message


def test_a_wrong_value_of_an_indicator_shows_what_is_allowed(root):
    path = root / "indicators/facebook_followers.yml"
    path.write_text(path.read_text().replace("direction: up", "direction: upp"), "utf-8")

    message = _message(root)

    assert "direction: found 'upp'; did you mean 'up'?" in message
    assert "'down'" in message


def test_a_claim_about_an_unknown_indicator_is_refused(root):
    path = root / "claims/cachan_magazine_2020.yml"
    path.write_text(
        path.read_text().replace("indicator: open_datasets", "indicator: open_dataset"), "utf-8"
    )

    assert "unknown indicator 'open_dataset'; did you mean 'open_datasets'?" in _message(root)


def test_a_later_folder_overrides_an_earlier_one(root, tmp_path):
    own = tmp_path / "own"
    (own / "cities").mkdir(parents=True)
    (own / "cities/cachan.yml").write_text(
        'id: cachan\nname: Cachan (essai)\ninsee_code: "94016"\n', "utf-8"
    )

    catalog = load_catalog(root, own)

    assert catalog.cities["cachan"].name == "Cachan (essai)"
    assert catalog.cities["cachan"].sources == {}


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(CatalogError, match="no such catalogue folder"):
        load_catalog(tmp_path / "nowhere")


def test_a_national_source_is_one_feed(repository_catalog):
    national = [(s.id, c) for s, c in repository_catalog.feeds() if s.scope == "national"]

    assert ("arcep_fibre", None) in national
    assert len(national) == len(set(national))
