"""Fetching for many towns at once, and what lands when some fail."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from pydantic import SecretStr

from arobase.connectors.http import Http
from arobase.errors import SourceRefused, SourceUnavailable, UsageError
from arobase.ingest import TOWNS_AT_ONCE, due, ingest
from arobase.landing import Landing, Manifest
from arobase.settings import settings

pytestmark = pytest.mark.usefixtures("home")

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
PORTALS = ["cachan", "montrouge", "val_de_bievre"]


def portals(**answers: httpx2.Response | Exception) -> Http:
    """Every town's portal, empty, but for those that answer something else."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        for town, other in answers.items():
            if town in request.url.host:
                if isinstance(other, Exception):
                    raise other
                return other
        return httpx2.Response(200, json={"total_count": 0, "results": []})

    return Http.without_waiting(httpx2.MockTransport(answer))


def down() -> httpx2.Response:
    return httpx2.Response(503)


def batches(source_id: str, city_id: str) -> list[Manifest]:
    return list(Landing(settings().landing).received(source_id, city_id))


def test_each_town_lands_one_batch_of_its_own():
    report = ingest("opendatasoft", now=NOW, http=portals())

    assert (report.landed, report.unchanged, report.failed) == (3, 0, {})
    for town in PORTALS:
        (batch,) = batches("opendatasoft", town)
        assert (batch.status, batch.received_at, len(batch.pages)) == ("received", NOW, 1)
    assert len(list(Landing(settings().landing).pending())) == 3


def test_one_town_that_fails_is_landed_as_failed_and_the_others_go_on():
    report = ingest("opendatasoft", now=NOW, http=portals(montrouge=down()))

    assert report.landed == 2
    assert list(report.failed) == ["montrouge"]
    (batch,) = batches("opendatasoft", "montrouge")
    assert (batch.status, batch.pages) == ("failed", ())
    assert "503" in batch.error


def test_when_every_town_fails_the_first_towns_error_is_raised_and_all_are_landed():
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(403 if "cachan" in request.url.host else 503)

    with pytest.raises(SourceRefused, match=r"cachan\.opendatasoft\.com"):
        ingest("opendatasoft", now=NOW, http=Http.without_waiting(httpx2.MockTransport(answer)))

    assert [batches("opendatasoft", each)[0].status for each in PORTALS] == ["failed"] * 3


def test_of_a_pull_that_fails_half_way_no_page_lands():
    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.params["offset"] == "0":
            return httpx2.Response(200, json={"total_count": 2, "results": [{"dataset_id": "a"}]})
        return httpx2.Response(503)

    with pytest.raises(SourceUnavailable):
        ingest(
            "opendatasoft",
            city_ids=["cachan"],
            now=NOW,
            http=Http.without_waiting(httpx2.MockTransport(answer)),
        )

    (batch,) = batches("opendatasoft", "cachan")
    assert (batch.status, batch.pages) == ("failed", ())
    assert not list(settings().landing.glob("opendatasoft/cachan/*/*.bin"))


def test_a_missing_token_says_which_variable_to_set_and_how_to_get_it():
    with pytest.raises(SourceRefused) as caught:
        ingest("brevo", city_ids=["val_de_bievre"], now=NOW, http=portals())

    said = str(caught.value)
    assert "AROBASE_SECRET__VAL_DE_BIEVRE__BREVO" in said
    assert "arobase_val_de_bievre_brevo" in said
    assert "Clés API" in said
    assert batches("brevo", "val_de_bievre")[0].error == said


def test_the_secret_may_come_from_elsewhere_than_the_environment():
    asked: list[tuple[str, str]] = []
    keys: list[str] = []

    def vault(city_id: str, source_id: str) -> SecretStr:
        asked.append((city_id, source_id))
        return SecretStr(f"key-of-{city_id}")

    def answer(request: httpx2.Request) -> httpx2.Response:
        keys.append(request.headers["api-key"])
        return httpx2.Response(200, json={"totalSubscribers": 1, "count": 0})

    http = Http.without_waiting(httpx2.MockTransport(answer))
    ingest("brevo", city_ids=["cachan"], now=NOW, http=http, secrets=vault)

    assert asked == [("cachan", "brevo")]
    assert set(keys) == {"key-of-cachan"}


def test_a_source_without_secret_asks_for_none():
    def vault(city_id: str, source_id: str) -> SecretStr:
        raise AssertionError("nothing to ask")

    ingest("opendatasoft", city_ids=["cachan"], now=NOW, http=portals(), secrets=vault)


def test_towns_are_fetched_at_the_same_time_but_not_all():
    assert 1 < TOWNS_AT_ONCE < 100
    running, most = 0, 0

    async def answer(request: httpx2.Request) -> httpx2.Response:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.05)
        running -= 1
        return httpx2.Response(200, json={"total_count": 0, "results": []})

    ingest("opendatasoft", now=NOW, http=Http.without_waiting(httpx2.MockTransport(answer)))

    assert most == 3


def test_a_town_without_the_source_is_wrong_usage_and_lands_nothing():
    with pytest.raises(UsageError):
        ingest("brevo", city_ids=["saint_aubin_les_etangs"], now=NOW)

    assert not settings().landing.exists()


def test_everything_pulled_is_due_at_first_and_nothing_dropped():
    assert "opendatasoft" in due(NOW)
    assert "family_portal" not in due(NOW)


def test_a_source_is_due_again_at_its_next_hour_and_not_before():
    ingest("opendatasoft", now=NOW, http=portals())

    assert "opendatasoft" not in due(NOW)
    assert "opendatasoft" not in due(NOW + timedelta(hours=22))  # 06:00 in Paris: due at 06:30
    assert "opendatasoft" in due(NOW + timedelta(hours=23))


def test_a_source_is_due_while_one_town_has_not_had_it():
    ingest("opendatasoft", city_ids=["cachan", "montrouge"], now=NOW, http=portals())
    assert "opendatasoft" in due(NOW)

    ingest("opendatasoft", city_ids=["val_de_bievre"], now=NOW, http=portals())
    assert "opendatasoft" not in due(NOW)


def test_a_pull_that_failed_is_still_due():
    ingest("opendatasoft", now=NOW, http=portals(montrouge=down()))

    assert "opendatasoft" in due(NOW)


def test_nothing_new_is_counted_and_puts_off_the_next_pull():
    def arcep(request: httpx2.Request) -> httpx2.Response:
        if request.url.path.endswith(".csv"):
            return httpx2.Response(200, text="code_insee;nbr;elig_ftth\n94016;2;1\n")
        return httpx2.Response(200, html='<a href="2026_T2/">2026_T2/</a>')

    http = Http.without_waiting(httpx2.MockTransport(arcep))
    first = ingest("arcep_fibre", now=NOW, http=http)
    week_after = NOW + timedelta(days=7)
    assert "arcep_fibre" in due(week_after)

    second = ingest("arcep_fibre", now=week_after, http=http)

    assert (first.landed, second.landed, second.unchanged) == (1, 0, 1)
    assert [len(batch.pages) for batch in batches("arcep_fibre", "_national")] == [0, 1]
    assert "arcep_fibre" not in due(week_after)


def test_what_landed_is_found_newest_first(home: Path):
    for day in range(3):
        ingest(
            "opendatasoft",
            city_ids=["cachan"],
            now=NOW + timedelta(days=day),
            http=portals(),
        )

    days = [batch.received_at.day for batch in batches("opendatasoft", "cachan")]

    assert days == [22, 21, 20]


def test_a_national_source_is_due_again_when_a_town_joins():
    def communes(request: httpx2.Request) -> httpx2.Response:
        code = request.url.params["code"]
        return httpx2.Response(200, json=[{"nom": "Une ville", "code": code, "population": 10}])

    http = Http.without_waiting(httpx2.MockTransport(communes))
    ingest("geo_communes", city_ids=PORTALS, now=NOW, http=http)
    assert "geo_communes" in due(NOW)

    ingest("geo_communes", now=NOW, http=http)
    assert "geo_communes" not in due(NOW)
