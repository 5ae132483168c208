"""Reads: one published version for each answer, named by its ETag."""

from __future__ import annotations

import duckdb
import pytest

from tests.published_version import publish_by_hand

VALUES = "/api/v1/cities/cachan/values"


def test_the_cities_are_listed_with_the_version(version, client):
    answer = client.get("/api/v1/cities")

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"1"'
    content = answer.json()
    assert content["version"] == 1
    assert {city["city_id"]: city["insee_code"] for city in content["cities"]}["cachan"] == "94016"


def test_the_indicators_are_listed_with_their_definition_and_none_that_is_internal(version, client):
    found = client.get("/api/v1/indicators").json()["indicators"]

    assert [each["indicator_id"] for each in found] == ["facebook_followers", "instagram_followers"]
    assert found[0]["definition_fr"] == "Définition"


def test_no_figure_of_an_internal_indicator_is_given(version, client):
    everything = client.get(VALUES).json()["values"]
    asked = client.get(VALUES, params={"indicator": "open_datasets"})

    assert {each["indicator_id"] for each in everything} == {
        "facebook_followers",
        "instagram_followers",
    }
    assert asked.status_code == 404


def test_values_can_be_chosen_by_indicator_and_day(version, client):
    everything = client.get(VALUES).json()["values"]
    chosen = client.get(
        VALUES, params={"indicator": "facebook_followers", "from": "2020-10-01", "to": "2020-10-01"}
    )
    later = client.get(VALUES, params={"from": "2020-10-02"}).json()["values"]

    assert len(everything) == 2
    assert [each["value"] for each in chosen.json()["values"]] == [2554]
    assert later == []


def test_the_same_values_come_as_csv_and_parquet(version, client, tmp_path):
    text = client.get(VALUES, params={"format": "csv"})
    parquet = client.get(VALUES, params={"format": "parquet"})

    assert text.headers["content-type"] == "text/csv; charset=utf-8"
    assert "cachan,facebook_followers,2020-10-01,2020-10-01,2554.0" in text.text
    assert text.headers["etag"] == parquet.headers["etag"] == '"1"'
    path = tmp_path / "values.parquet"
    path.write_bytes(parquet.content)
    assert duckdb.sql(f"select count(*) from '{path}'").fetchall() == [(2,)]
    assert 'filename="cachan-indicators.parquet"' in parquet.headers["content-disposition"]


@pytest.mark.parametrize("known", ['"1"', 'W/"1"', '"0", "1"'])
def test_who_has_this_version_already_is_told_so(version, client, known):
    answer = client.get(VALUES, headers={"If-None-Match": known})

    assert answer.status_code == 304
    assert answer.headers["etag"] == '"1"'
    assert answer.content == b""


def test_a_new_version_is_answered_to_who_has_the_former(version, client, home):
    client.get(VALUES)
    publish_by_hand(home, 2, "update indicator_values set value = 2600 where value = 2554")

    answer = client.get(VALUES, headers={"If-None-Match": '"1"'})

    assert answer.status_code == 200
    assert answer.headers["etag"] == '"2"'
    assert {each["value"] for each in answer.json()["values"]} == {2600, 1221}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/api/v1/cities/cachann/values", "did you mean 'cachan'?"),
        (f"{VALUES}?indicator=facebook_follower", "did you mean 'facebook_followers'?"),
    ],
)
def test_an_unknown_name_is_404_with_the_nearest(version, client, path, hint):
    answer = client.get(path)

    assert answer.status_code == 404
    assert hint in answer.json()["detail"]


def test_before_the_first_publication_reads_say_so(client):
    answer = client.get(VALUES)

    assert answer.status_code == 503
    assert "nothing is published yet" in answer.json()["detail"]
