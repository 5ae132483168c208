"""Every connector against the sandbox, over real HTTP: two readings of the same documents must meet."""

from __future__ import annotations

import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx2
import pytest
import uvicorn

from arobase.catalog import Catalog, catalog
from arobase.connectors.http import Http
from arobase.connectors.registry import CONNECTORS
from arobase.errors import SourceChanged, SourceError, SourceRefused, SourceUnavailable
from arobase.ingest import due, ingest
from arobase.landing import Landing, Manifest
from arobase.sandbox import environment
from arobase.sandbox.app import create_app
from arobase.settings import settings

MAGAZINE_DAY = datetime(2020, 10, 1, 6, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[int]:
    """A sandbox served by a thread of this process, on a port of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    yield listener.getsockname()[1]
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture
def control(sandbox: int, home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, value in environment(sandbox).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AROBASE_NOW", MAGAZINE_DAY.isoformat())
    address = f"http://127.0.0.1:{sandbox}/_control"
    httpx2.post(f"{address}/clock", json={"now": MAGAZINE_DAY.isoformat()}).raise_for_status()
    yield address
    httpx2.post(f"{address}/clock", json={"now": None}).raise_for_status()


def landed(source_id: str, city_id: str) -> tuple[Landing, Manifest]:
    landing = Landing(settings().landing)
    return landing, next(landing.received(source_id, city_id))


def records(source_id: str, city_id: str, stream: str) -> list[dict[str, object]]:
    landing, manifest = landed(source_id, city_id)
    pages = [landing.page(manifest, page) for page in manifest.pages if page.stream == stream]
    return [dict(each) for page in pages for each in CONNECTORS[source_id].records(page)]


@pytest.mark.parametrize("source_id", sorted(CONNECTORS))
def test_every_source_lands_for_every_town_without_a_notice(
    source_id: str, control: str, repository_catalog: Catalog
):
    report = ingest(source_id)

    cities = [
        city.id if city else "_national"
        for source, city in repository_catalog.feeds()
        if source.id == source_id
    ]
    assert report.failed == {}
    assert report.landed == len(cities) > 0
    for city_id in cities:
        _, manifest = landed(source_id, city_id)
        assert manifest.status == "received"
        assert {page.stream for page in manifest.pages} == set(catalog().sources[source_id].streams)
        assert manifest.notices == ()
    assert source_id not in due()


def test_the_figures_of_the_magazine_are_read(control: str):
    for source_id in ("facebook_page", "instagram", "brevo", "opendatasoft"):
        ingest(source_id, city_ids=["cachan"])

    assert records("facebook_page", "cachan", "page")[0]["followers_count"] == 2554
    assert records("instagram", "cachan", "account")[0]["followers_count"] == 1221
    assert [each["totalSubscribers"] for each in records("brevo", "cachan", "lists")] == [986]
    cards = records("opendatasoft", "cachan", "datasets")
    assert Counter(each["visibility"] for each in cards)["domain"] == 40


def test_conversations_hold_enough_messages_of_both_sides_and_no_person(control: str):
    ingest("facebook_page", city_ids=["cachan"])

    conversations = records("facebook_page", "cachan", "conversations")
    messages = [each for one in conversations for each in one["messages"]]  # type: ignore[attr-defined]
    assert len(conversations) > 10
    assert {each["from_page"] for each in messages} == {True, False}
    assert {key for each in messages for key in each} == {"id", "created_time", "from_page"}


def test_a_second_pull_the_same_day_lands_the_same_bytes(control: str):
    digests = []
    for _ in range(2):
        ingest("opendatasoft", city_ids=["cachan"])
        _, manifest = landed("opendatasoft", "cachan")
        digests.append([page.sha256 for page in manifest.pages])

    assert digests[0] == digests[1]


def test_arcep_lands_once_then_says_that_it_looked(control: str):
    first, second = ingest("arcep_fibre"), ingest("arcep_fibre")

    assert (first.landed, first.unchanged) == (1, 0)
    assert (second.landed, second.unchanged) == (0, 1)
    _, manifest = landed("arcep_fibre", "_national")
    assert (manifest.status, manifest.pages) == ("received", ())


FAULTS = [
    ("down", SourceUnavailable),
    ("rate_limited", SourceUnavailable),
    ("truncated", SourceUnavailable),
    ("html_login", SourceChanged),
    ("changed_format", SourceChanged),
    ("expired_token", SourceRefused),
]


@pytest.mark.parametrize("source_id", sorted(CONNECTORS))
@pytest.mark.parametrize(("fault", "error"), FAULTS)
def test_a_fault_of_the_publisher_is_named_for_what_to_do_next(
    source_id: str, fault: str, error: type[SourceError], control: str
):
    if fault == "expired_token" and not catalog().sources[source_id].needs_secret:
        pytest.skip("no token")
    order = {"source": source_id, "fault": fault, "count": None}
    httpx2.post(f"{control}/faults", json=order).raise_for_status()

    try:
        with pytest.raises(error):
            ingest(source_id, city_ids=["cachan"], http=Http.without_waiting())
    finally:
        httpx2.post(f"{control}/faults", json=order | {"fault": None}).raise_for_status()


@pytest.mark.parametrize("source_id", ["facebook_page", "instagram"])
def test_a_retired_metric_does_not_stop_its_source(source_id: str, control: str):
    order = {"source": source_id, "fault": "retired_metric", "count": None}
    httpx2.post(f"{control}/faults", json=order).raise_for_status()

    try:
        report = ingest(source_id, city_ids=["cachan"], http=Http.without_waiting())
    finally:
        httpx2.post(f"{control}/faults", json=order | {"fault": None}).raise_for_status()

    _, manifest = landed(source_id, "cachan")
    assert report.landed == 1
    assert {each.code for each in manifest.notices} == {"metric_refused"}


def test_a_wrong_token_fails_one_town_and_not_the_others(
    control: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AROBASE_SECRET__MONTROUGE__FACEBOOK_PAGE", "not-the-right-token")

    report = ingest("facebook_page")

    assert list(report.failed) == ["montrouge"]
    assert "not-the-right-token" not in report.failed["montrouge"]
    assert "Utilisateurs système" in report.failed["montrouge"]
    assert report.landed == 3
    _, manifest = landed("facebook_page", "montrouge")
    assert (manifest.status, manifest.pages) == ("failed", ())
