"""The traps of Decidim: errors in a 200, and votes that are in the archive only."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import httpx2
import orjson
import pytest

from arobase.errors import SourceChanged, SourceRefused, SourceUnavailable
from tests.replay import FIXTURES, Publisher, pull, records


def graphql(body: Any, status: int = 200) -> Publisher:
    return Publisher("decidim", lambda _: httpx2.Response(status, json=body))


def archive_of(members: dict[str, bytes]) -> Publisher:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/open-data/download":
            return httpx2.Response(200, content=packed.getvalue())
        return recorded(request)

    recorded = Publisher("decidim").recorded
    return Publisher("decidim", answer)


def test_processes_come_with_their_budgets():
    pages, _ = pull(Publisher("decidim"))

    process = records("decidim", pages, "processes")[0]

    assert process["startDate"] == "2026-01-15"
    node = process["components"][0]["budgets"]["edges"][0]["node"]
    assert node == {"id": "2", "total_budget": 300000, "title": {"translation": "Toute la ville"}}


def test_of_the_archive_only_the_projects_land_never_what_inhabitants_wrote():
    pages, _ = pull(Publisher("decidim"))

    page = next(page for page in pages if page.stream == "projects")

    with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
        names = archive.namelist()
        content = archive.read(names[0])
    assert names == ["testville-open-data-projects.csv"]
    assert content == (FIXTURES / "decidim" / "projects.csv").read_bytes()
    assert page.media_type == "application/zip"


def test_a_platform_without_projects_says_so_and_gives_its_processes():
    pages, notices = pull(archive_of({"x-open-data-proposals.csv": b"id\n1\n"}))

    assert [page.stream for page in pages] == ["processes"]
    assert [each.code for each in notices] == ["no_projects"]


def test_a_cut_archive_is_to_be_asked_for_again():
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/open-data/download":
            return httpx2.Response(
                200, content=b"PK\x03\x04cut", headers={"content-type": "application/zip"}
            )
        return recorded(request)

    recorded = Publisher("decidim").recorded

    with pytest.raises(SourceUnavailable, match="the archive is cut"):
        pull(Publisher("decidim", answer))


@pytest.mark.parametrize(
    "code", ["UNAUTHORIZED_OBJECT_ERROR", "UNAUTHORIZED_FIELD_ERROR", "PERMISSION_NOT_SET_ERROR"]
)
def test_a_refusal_inside_a_200_is_a_refusal(code):
    errors = [{"message": "no", "extensions": {"code": code}}]

    with pytest.raises(SourceRefused, match="not open to visitors"):
        pull(graphql({"errors": errors, "data": {}}))


def test_any_other_error_inside_a_200_is_a_change_that_repeats_it():
    with pytest.raises(SourceChanged, match="Query has complexity of 6000"):
        pull(graphql({"errors": [{"message": "Query has complexity of 6000"}]}))


def test_a_crash_is_tried_again():
    crashed = graphql({"errors": [{"message": "Internal Server error"}], "data": {}}, 500)

    with pytest.raises(SourceUnavailable, match="500"):
        pull(crashed)
    assert len(crashed.requests) == 4


def test_more_budgets_than_one_page_holds_is_not_taken_for_all():
    body = orjson.loads((FIXTURES / "decidim" / "processes.json").read_bytes())
    component = body["data"]["participatoryProcesses"][0]["components"][0]
    component["budgets"]["pageInfo"]["hasNextPage"] = True

    with pytest.raises(SourceChanged, match="more than 50 budgets"):
        pull(graphql(body))


def test_the_query_is_posted_as_json_and_asks_for_no_vote_field():
    publisher = Publisher("decidim")

    pull(publisher)

    question = publisher.requests[0]
    assert question.headers["content-type"] == "application/json"
    query = orjson.loads(question.content)["query"]
    assert "total_budget" in query
    assert "ote" not in query.replace("total", "")
