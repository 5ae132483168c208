from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

QUERY = """
query Budgets($first: Int) {
  participatoryProcesses(order: {publishedAt: "asc"}) {
    ...Head
    components(filter: {type: "Budgets"}) {
      __typename
      ... on Budgets {
        budgets(first: $first) {
          pageInfo { hasNextPage endCursor }
          edges { node { id total_budget projects { id budget_amount selected } } }
        }
      }
    }
  }
}
fragment Head on ParticipatoryProcess { id name: title { translation(locale: "fr") } endDate }
"""


def ask(visitor: Any, query: str, **variables: object) -> Any:
    asked = {"query": query, "variables": variables}
    answer = visitor.post("/decidim/cachan/api", json=asked)
    assert answer.status_code == 200
    return answer.json()


def projects(visitor: Any, city: str = "cachan") -> list[dict[str, str]]:
    answer = visitor.get(f"/decidim/{city}/open-data/download")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        name = next(name for name in archive.namelist() if name.endswith("-open-data-projects.csv"))
        lines = archive.read(name).decode().splitlines()
    return list(csv.DictReader(lines, delimiter=";"))


def test_budgets_are_read_through_fragments_aliases_and_variables(sandbox: Any) -> None:
    (process,) = ask(sandbox, QUERY, first=50)["data"]["participatoryProcesses"]

    budget = process["components"][0]["budgets"]["edges"][0]["node"]
    assert process["name"] == {"translation": "Budget participatif 2019"}
    assert process["components"][0]["__typename"] == "Budgets"
    assert budget["total_budget"] == 250_000
    assert isinstance(budget["projects"], list)
    assert {"id", "budget_amount", "selected"} == set(budget["projects"][0])


def test_votes_are_in_no_field_of_the_api(sandbox: Any) -> None:
    query = "{ participatoryProcesses { components { ... on Budgets { budgets { edges { node { projects { votes } } } } } } } }"

    answer = ask(sandbox, query)

    assert answer["errors"][0]["message"] == "Field 'votes' doesn't exist on type 'Project'"
    assert answer["errors"][0]["extensions"]["code"] == "undefinedField"
    assert "data" not in answer


def test_an_object_without_selection_and_a_broken_query_are_errors_in_a_200(sandbox: Any) -> None:
    assert (
        "must have selections" in ask(sandbox, "{ participatoryProcesses }")["errors"][0]["message"]
    )
    assert "Parse error" in ask(sandbox, "{ participatoryProcesses { id ")["errors"][0]["message"]


def test_a_missing_process_is_null(sandbox: Any) -> None:
    assert ask(sandbox, '{ participatoryProcess(id: "99") { id } }') == {
        "data": {"participatoryProcess": None}
    }


def test_a_form_instead_of_json_is_a_crash(sandbox: Any) -> None:
    answer = sandbox.post("/decidim/cachan/api", data={"query": "{ decidim { version } }"})

    assert answer.status_code == 500
    assert answer.json() == {"errors": [{"message": "Internal Server error"}], "data": {}}


def test_more_than_a_hundred_calls_a_minute_are_refused(sandbox: Any) -> None:
    for _ in range(100):
        ask(sandbox, "{ decidim { version } }")

    refused = sandbox.post("/decidim/cachan/api", json={"query": "{ decidim { version } }"})

    assert refused.status_code == 429


def test_more_than_76_percent_of_the_votes_of_2019_in_cachan_were_online(sandbox: Any) -> None:
    found = projects(sandbox)

    online = sum(int(line["confirmed_votes"]) for line in found)
    paper = sum(int(line["paper_ballots"]) for line in found)

    assert (online, online + paper) == (1905, 2500)
    assert all(
        int(line["total_votes"]) == int(line["confirmed_votes"]) + int(line["paper_ballots"])
        for line in found
    )


def test_the_archive_flattens_keys_and_has_one_column_for_each_locale(sandbox: Any) -> None:
    line = projects(sandbox)[0]

    assert {"budget/id", "component/id", "participatory_space/id", "title/fr", "title/en"} <= set(
        line
    )
    assert line["title/fr"]
    assert not line["title/en"]


def test_the_same_figures_are_the_same_archive(at: Callable[..., Any]) -> None:
    path = "/decidim/montrouge/open-data/download"

    first = at(datetime(2023, 2, 1, tzinfo=UTC)).get(path)
    later = at(datetime(2023, 3, 1, tzinfo=UTC)).get(path)

    assert first.content == later.content


def test_votes_come_in_during_the_vote_and_paper_after_it(at: Callable[..., Any]) -> None:
    def votes(month: int, day: int) -> tuple[int, int]:
        lines = projects(at(datetime(2021, month, day, tzinfo=UTC)))
        mine = [line for line in lines if line["created_at"].startswith("2021")]
        return sum(int(one["confirmed_votes"]) for one in mine), sum(
            int(one["paper_ballots"]) for one in mine
        )

    assert votes(5, 1) == (0, 0)
    assert 0 < votes(6, 1)[0] < 2644
    assert votes(6, 1)[1] == 0
    assert votes(7, 1) == (2644, 571)
