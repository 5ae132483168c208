"""What every connector owes the rest, whatever its source."""

from __future__ import annotations

import httpx2
import orjson
import pytest

from arobase.connectors.http import ATTEMPTS, LONGEST_WAIT_S
from arobase.connectors.registry import CONNECTORS
from arobase.errors import SourceChanged, SourceRefused, SourceUnavailable
from tests.replay import FIXTURES, SECRET, Publisher, exchanges, failure, pull, source_entry

SOURCES = sorted(CONNECTORS)
REFUSING = [each for each in SOURCES if "token" in exchanges(each)["failures"]]

every_source = pytest.mark.parametrize("source_id", SOURCES)


def test_every_connector_has_exchanges_to_replay():
    assert SOURCES
    missing = [each for each in SOURCES if not (FIXTURES / each / "exchanges.yml").exists()]
    assert not missing, f"write tests/fixtures/<source>/exchanges.yml for: {missing}"


def test_every_source_with_a_secret_has_a_refusal_to_replay():
    assert {each for each in SOURCES if source_entry(each).needs_secret} <= set(REFUSING)


@every_source
def test_a_pull_gives_pages_of_bytes_in_the_streams_of_the_catalogue(source_id):
    pages, notices = pull(Publisher(source_id))

    streams = source_entry(source_id).streams
    assert {page.stream for page in pages} == set(streams)
    assert all(isinstance(page.body, bytes) and page.body for page in pages)
    assert notices == []


@every_source
def test_no_secret_is_in_an_address_or_a_body(source_id):
    publisher = Publisher(source_id)

    pages, _ = pull(publisher)

    kept = b"".join(page.url.encode() + page.body + repr(page.context).encode() for page in pages)
    assert SECRET.encode() not in kept
    assert b"access_token=EAAB" not in kept
    assert all(SECRET not in str(request.url) for request in publisher.requests)


@every_source
def test_records_are_mappings_that_json_can_hold(source_id):
    pages, _ = pull(Publisher(source_id))
    streams = source_entry(source_id).streams

    for page in pages:
        records = list(CONNECTORS[source_id].records(page))
        assert bool(records) == (streams[page.stream].format == "json")
        assert all(orjson.loads(orjson.dumps(record)) == record for record in records)


@every_source
def test_the_same_pull_again_gives_the_same_pages(source_id):
    assert pull(Publisher(source_id)) == pull(Publisher(source_id))


@every_source
def test_a_publisher_that_is_down_is_tried_again_then_named_unavailable(source_id):
    publisher = Publisher(source_id, lambda _: httpx2.Response(503, text="down"))

    with pytest.raises(SourceUnavailable, match="503"):
        pull(publisher)
    assert len(publisher.requests) == ATTEMPTS
    assert publisher.time.seconds > 0


@every_source
def test_a_publisher_that_cannot_be_reached_is_unavailable(source_id):
    token = SECRET if source_entry(source_id).needs_secret else "no token"

    def unreachable(request: httpx2.Request) -> httpx2.Response:
        raise httpx2.ConnectError(f"connection refused with {token}", request=request)

    with pytest.raises(SourceUnavailable, match="connection refused") as caught:
        pull(Publisher(source_id, unreachable))
    assert SECRET not in str(caught.value)


@every_source
def test_a_limit_is_waited_for_when_short_and_left_to_the_next_run_when_long(source_id):
    publisher = Publisher(source_id, lambda _: failure(source_id, "limit"))

    with pytest.raises(SourceUnavailable) as caught:
        pull(publisher)

    asked = caught.value.retry_after_s
    if asked is not None and asked > LONGEST_WAIT_S:
        assert len(publisher.requests) == 1
    else:
        assert len(publisher.requests) == ATTEMPTS
        assert publisher.time.seconds >= (asked or 0) * (ATTEMPTS - 1)


@pytest.mark.parametrize("source_id", REFUSING)
def test_a_refused_token_stops_at_once_without_showing_it(source_id):
    publisher = Publisher(source_id, lambda _: failure(source_id, "token"))

    with pytest.raises(SourceRefused) as caught:
        pull(publisher)

    message = str(caught.value)
    help_text = source_entry(source_id).secret_help
    assert SECRET not in message
    assert help_text is None or (help_text.fr in message and help_text.en in message)
    assert len(publisher.requests) == 1


@every_source
def test_another_shape_is_named_as_a_change(source_id):
    publisher = Publisher(source_id, lambda _: failure(source_id, "changed"))

    with pytest.raises(SourceChanged, match=r"https://"):
        pull(publisher)


@every_source
def test_a_login_page_instead_of_the_answer_is_a_change_that_names_what_came(source_id):
    login = httpx2.Response(
        200, headers={"content-type": "text/html; charset=utf-8"}, text="<html>Connexion</html>"
    )

    def answer(request: httpx2.Request) -> httpx2.Response:
        listing = request.url.path.endswith("/statistiques/")
        return Publisher("arcep_fibre").recorded(request) if listing else login

    with pytest.raises(SourceChanged, match="text/html"):
        pull(Publisher(source_id, answer))


@every_source
def test_no_cookie_is_ever_sent_back(source_id):
    publisher = Publisher(source_id)
    recorded = publisher.recorded

    def with_cookie(request: httpx2.Request) -> httpx2.Response:
        answer = recorded(request)
        answer.headers["set-cookie"] = "session=1; Path=/"
        return answer

    publisher = Publisher(source_id, with_cookie)
    pull(publisher)

    assert publisher.requests
    assert not any("cookie" in request.headers for request in publisher.requests)
    agents = {request.headers["user-agent"] for request in publisher.requests}
    assert all(agent.startswith("Arobase/") for agent in agents)
