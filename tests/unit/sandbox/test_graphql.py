from __future__ import annotations

import pytest

from arobase.sandbox.graphql import Thing, execute

TOWN = Thing("Town", {"name": "Cachan", "twice": lambda arguments: 2 * arguments["n"]})
ROOT = Thing("Query", {"town": TOWN, "towns": [TOWN, TOWN], "nobody": None})


def test_fields_aliases_arguments_and_types() -> None:
    query = "{ here: town { __typename name four: twice(n: 2) } }  # a comment"

    assert execute(query, {}, ROOT) == {
        "data": {"here": {"__typename": "Town", "name": "Cachan", "four": 4}}
    }


def test_variables_and_fragments() -> None:
    query = "query Q($n: Int!) { towns { ...Double } } fragment Double on Town { twice(n: $n) }"

    assert execute(query, {"n": 5}, ROOT) == {"data": {"towns": [{"twice": 10}, {"twice": 10}]}}


def test_an_inline_fragment_only_concerns_its_type() -> None:
    query = "{ town { ... on Village { name } ... on Town { name } } nobody }"

    assert execute(query, {}, ROOT) == {"data": {"town": {"name": "Cachan"}, "nobody": None}}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("{ city }", "Field 'city' doesn't exist on type 'Query'"),
        ("{ town }", "Field must have selections"),
        ("{ town { name }", "Parse error"),
        ("{ town(n: §) { name } }", "Parse error"),
    ],
)
def test_a_query_that_cannot_be_answered_gives_errors_and_no_data(query: str, said: str) -> None:
    answer = execute(query, {}, ROOT)

    assert set(answer) == {"errors"}
    assert said in answer["errors"][0]["message"]
