"""Answers have the keys of recorded ones. Skipped unless AROBASE_FIXTURES names a folder of recordings."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

RECORDED = os.environ.get("AROBASE_FIXTURES", "")
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)
PAGE, ACCOUNT = "100064000094016", "1784140000094016"
CATALOG = "/opendatasoft/cachan/api/explore/v2.1/catalog"
KEY = {"api-key": "sandbox-cachan-brevo"}

pytestmark = pytest.mark.skipif(not RECORDED, reason="AROBASE_FIXTURES is not set")


def recorded(path: str) -> Any:
    return json.loads((Path(RECORDED) / path).read_text("utf-8"))


def shape(value: Any) -> Any:
    """Return the keys of a value, and of the first item of its lists."""
    if isinstance(value, Mapping):
        return {key: shape(inner) for key, inner in sorted(value.items())}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return None


def holds(ours: Any, theirs: Any) -> bool:
    """Say whether every key of theirs is in ours, at every depth."""
    if isinstance(theirs, dict):
        return isinstance(ours, dict) and all(
            key in ours and holds(ours[key], inner) for key, inner in theirs.items()
        )
    if isinstance(theirs, list) and theirs:
        return isinstance(ours, list) and bool(ours) and holds(ours[0], theirs[0])
    return True


@pytest.mark.parametrize(
    ("recording", "path", "params"),
    [
        (
            "page_fields.json",
            PAGE,
            {"fields": "name,followers_count,fan_count,link,username"},
        ),
        (
            "conversations_page1.json",
            f"{PAGE}/conversations",
            {"fields": "id,updated_time,message_count,unread_count"},
        ),
        (
            "insights_day_dst.json",
            f"{PAGE}/insights",
            {"metric": "page_media_view", "since": "2026-10-24", "until": "2026-11-03"},
        ),
    ],
)
def test_facebook(
    at: Callable[..., Any], recording: str, path: str, params: dict[str, str]
) -> None:
    ours = at(NOW).as_town("facebook_page", path, **params).json()

    theirs = recorded(f"audience/synthetic_from_docs/facebook/{recording}")
    theirs.pop("paging", None) if recording.startswith("insights") else None
    assert holds(shape(ours), shape(theirs))


def test_facebook_errors(at: Callable[..., Any]) -> None:
    ours = at(NOW).as_town("facebook_page", f"{PAGE}/insights", metric="page_fans").json()

    theirs = recorded("audience/synthetic_from_docs/facebook/error_400_invalid_metric.json")
    assert shape(ours) == shape(theirs)
    assert ours["error"]["message"] == theirs["error"]["message"]


def test_instagram(at: Callable[..., Any]) -> None:
    visitor, path = at(NOW), f"{ACCOUNT}/insights"
    asked = {
        "metric": "views",
        "metric_type": "total_value",
        "since": "2026-11-10",
        "until": "2026-11-18",
    }

    ours = visitor.as_town("instagram", path, **asked).json()

    folder = "audience/synthetic_from_docs/instagram"
    assert shape(ours) == shape(recorded(f"{folder}/insights_total_value.json"))
    refused = visitor.as_town("instagram", path, metric="views").json()["error"]["message"]
    assert refused == recorded(f"{folder}/error_400_total_value_required.json")["error"]["message"]


@pytest.mark.parametrize(
    ("recording", "path"),
    [
        ("lists.json", "/brevo/v3/contacts/lists"),
        ("list_3_detail.json", "/brevo/v3/contacts/lists/3"),
        (
            "emailCampaigns_statistics_globalStats.json",
            "/brevo/v3/emailCampaigns?statistics=globalStats",
        ),
        ("emailCampaigns_without_statistics_param.json", "/brevo/v3/emailCampaigns"),
        ("error_404.json", "/brevo/v3/contacts/lists/99"),
    ],
)
def test_brevo(at: Callable[..., Any], recording: str, path: str) -> None:
    ours = at(NOW).get(path, headers=KEY).json()

    assert holds(shape(ours), shape(recorded(f"audience/synthetic_from_docs/brevo/{recording}")))


def test_brevo_refusal_is_word_for_word(at: Callable[..., Any]) -> None:
    theirs = recorded("audience/brevo/error_401_account_2025-06-12.json")

    answer = at(NOW).get("/brevo/v3/account")

    assert (answer.status_code, answer.json()) == (theirs["status"], theirs["body"])


def test_opendatasoft_cards(at: Callable[..., Any]) -> None:
    ours = shape(at(NOW).get(f"{CATALOG}/datasets?limit=2").json())

    theirs = shape(recorded("opendata/ods/uk-power-networks-getDatasets-response.json"))
    ours_card, theirs_card = ours["results"][0], theirs["results"][0]
    assert set(ours) >= {"total_count", "results"}
    assert set(ours_card) >= set(theirs_card)
    assert set(ours_card["fields"][0]) == set(theirs_card["fields"][0])
    assert set(ours_card["metas"]) >= {"default", "dcat"}
    assert set(ours_card["metas"]["default"]) <= set(theirs_card["metas"]["default"])


@pytest.mark.parametrize(
    ("recording", "path"),
    [
        ("400-limit.json", "/datasets?limit=99999"),
        ("400-unknown-field.json", "/datasets?order_by=datetime"),
        ("400-syntax.json", "/datasets?where=bogus("),
        ("404-dataset.json", "/datasets/does-not-exist-xyz"),
    ],
)
def test_opendatasoft_errors_are_word_for_word(
    at: Callable[..., Any], recording: str, path: str
) -> None:
    assert at(NOW).get(f"{CATALOG}{path}").json() == recorded(f"opendata/ods/errors/{recording}")


def test_arcep_header(at: Callable[..., Any]) -> None:
    path = "/arcep_fibre/fixe/maconnexioninternet/statistiques/2026_T1/commune/commune_techno.csv"

    header = at(NOW).get(path).text.splitlines()[0]

    sample = Path(RECORDED) / "opendata/arcep/mci-2026t1-commune_techno-sample.csv"
    assert header == sample.read_text("utf-8").splitlines()[0]


def test_a_commune_is_word_for_word(at: Callable[..., Any]) -> None:
    ours = at(NOW).get("/geo_communes/communes/94016").json()

    assert ours == recorded("opendata/geo/DERIVED-api-geo-communes-94016.json")


def test_decidim(at: Callable[..., Any]) -> None:
    query = """{ participatoryProcess(id: "19") { id slug components { __typename id
      ... on Budgets { name { translation(locale: "fr") } budgets { pageInfo { hasNextPage endCursor }
      edges { node { id title { translation(locale: "fr") } total_budget createdAt updatedAt projects
      { id title { translation(locale: "fr") } budget_amount selected totalCommentsCount } } } } } } } }"""

    ours = at(NOW).post("/decidim/cachan/api", json={"query": query}).json()

    assert shape(ours) == shape(
        recorded("citizen/decidim_derived/participatory_process_budgets.json")
    )
