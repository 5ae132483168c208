"""The trap of geo.api.gouv.fr: a filter it does not know gives the whole country."""

from __future__ import annotations

import httpx2
import pytest

from arobase.catalog import City
from arobase.errors import SourceChanged
from tests.replay import Publisher, pull, records

TESTVILLE = City(id="testville", name="Testville", insee_code="94016")
GONE = City(id="gone", name="Commune disparue", insee_code="94099")


def test_a_commune_is_asked_for_by_its_code():
    pages, _ = pull(Publisher("geo_communes"), cities=(TESTVILLE,))

    assert records("geo_communes", pages, "communes")[0]["population"] == 31103


def test_a_code_that_is_no_longer_a_commune_is_told_and_the_others_are_read():
    pages, notices = pull(Publisher("geo_communes"), cities=(GONE, TESTVILLE))

    assert len(pages) == 1
    assert [each.code for each in notices] == ["commune_unknown"]
    assert "94099" in notices[0].message.fr


def test_none_of_the_towns_known_is_a_change():
    with pytest.raises(SourceChanged, match="not one of our towns"):
        pull(Publisher("geo_communes"), cities=(GONE,))


@pytest.mark.parametrize(
    "communes",
    [
        [{"code": "94016"}, {"code": "75056"}],
        [{"code": "75056"}],
        [{"nom": "Testville"}],
    ],
)
def test_an_ignored_filter_is_noticed(communes):
    publisher = Publisher("geo_communes", lambda _: httpx2.Response(200, json=communes))

    with pytest.raises(SourceChanged, match="not just 94016"):
        pull(publisher)


def test_only_the_fields_needed_are_asked_for():
    publisher = Publisher("geo_communes")

    pull(publisher)

    assert {tuple(sorted(each.url.params)) for each in publisher.requests} == {("code", "fields")}
