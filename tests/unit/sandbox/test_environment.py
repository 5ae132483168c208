from __future__ import annotations

import pytest

from arobase.catalog import Catalog
from arobase.sandbox import environment
from arobase.sandbox.towns import TOWNS


def test_services_of_one_town_are_addressed_per_town() -> None:
    found = environment(8090)

    assert found["AROBASE_BASE_URL__BREVO"] == "http://127.0.0.1:8090/brevo"
    assert found["AROBASE_BASE_URL__DECIDIM"] == "http://127.0.0.1:8090/decidim/{city}"
    assert found["AROBASE_SECRET__CACHAN__BREVO"] == "sandbox-cachan-brevo"
    assert "AROBASE_SECRET__SAINT_AUBIN_LES_ETANGS__BREVO" not in found


@pytest.mark.parametrize("city_id", TOWNS)
def test_the_catalogue_and_the_sandbox_agree_on_keys(
    repository_catalog: Catalog, city_id: str
) -> None:
    city, town = repository_catalog.cities[city_id], TOWNS[city_id]

    assert city.insee_code == town.insee_code
    assert city.sources["facebook_page"]["page_id"] == town.page_id
    assert ("instagram" in city.sources) == (town.instagram_followers is not None)
    assert ("opendatasoft" in city.sources) == bool(town.datasets)
    assert ("decidim" in city.sources) == bool(town.editions)
    lists = city.sources["brevo"]["list_ids"] if "brevo" in city.sources else ()
    assert tuple(lists) == tuple(str(number) for number in town.newsletters)
