"""The client of the connectors: size, redirects, retries, JSON."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from arobase.connectors.http import ATTEMPTS, Answer, Http, parsed_json
from arobase.errors import SourceChanged, SourceUnavailable
from tests.replay import SECRET, Handler, Publisher, feed


def ask(publisher: Publisher, *, follow_redirects: bool = False, **options: Any) -> Answer:
    async def run() -> Answer:
        async with publisher.http(**options) as http:
            return await http.get(
                feed("brevo"), "/x", {"q": "1"}, follow_redirects=follow_redirects
            )

    return asyncio.run(run())


def publisher(answer: Handler) -> Publisher:
    return Publisher("brevo", answer)


def test_an_answer_over_the_limit_is_refused_with_the_limit():
    large = publisher(lambda _: httpx2.Response(200, content=b"x" * 2001))

    with pytest.raises(SourceChanged, match="more than 2,000 bytes"):
        ask(large, max_body_bytes=2000)


def test_an_answer_just_within_the_limit_is_read():
    within = publisher(lambda _: httpx2.Response(200, content=b"x" * 2000))

    assert len(ask(within, max_body_bytes=2000).body) == 2000


def test_an_answer_that_inflates_beyond_the_limit_is_refused():
    bomb = gzip.compress(b"x" * 1_000_000)
    headers = {"content-encoding": "gzip"}

    with pytest.raises(SourceChanged, match="more than 2,000 bytes"):
        ask(
            publisher(lambda _: httpx2.Response(200, content=bomb, headers=headers)),
            max_body_bytes=2000,
        )


def test_a_redirect_is_not_followed_unless_asked():
    def moved(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/x":
            return httpx2.Response(302, headers={"location": "https://elsewhere.example/y"})
        return httpx2.Response(200, text="there")

    with pytest.raises(SourceChanged, match="302"):
        ask(publisher(moved))
    assert ask(publisher(moved), follow_redirects=True).body == b"there"


def test_an_answer_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("arobase.connectors.http.WHOLE_ANSWER_S", 0.05)

    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.01)

    endless = publisher(lambda _: httpx2.Response(200, content=dripping()))

    with pytest.raises(SourceUnavailable, match=r"api\.brevo\.com/x\?q=1: TimeoutError"):
        ask(endless)
    assert len(endless.requests) == ATTEMPTS


def test_a_passing_failure_is_forgotten():
    answers = iter([httpx2.Response(502), httpx2.Response(200, text="ok")])

    assert ask(publisher(lambda _: next(answers))).body == b"ok"


def test_a_short_wait_asked_for_is_waited_and_a_long_one_is_reported():
    def limited(seconds: int) -> Publisher:
        headers = {"retry-after": str(seconds)}
        return publisher(lambda _: httpx2.Response(429, headers=headers))

    short, long = limited(30), limited(61)

    with pytest.raises(SourceUnavailable) as after_waiting:
        ask(short)
    with pytest.raises(SourceUnavailable) as at_once:
        ask(long)

    assert (after_waiting.value.retry_after_s, at_once.value.retry_after_s) == (30, 61)
    assert (len(short.requests), len(long.requests)) == (ATTEMPTS, 1)
    assert short.time.waits.count(30) == ATTEMPTS - 1
    assert long.time.waits == []


def test_a_wait_asked_for_holds_whatever_call_comes_before_it_has_passed():
    answers = iter([httpx2.Response(429, headers={"retry-after": "20"}), httpx2.Response(200)])
    waits: list[float] = []

    async def cut_short(seconds: float) -> None:
        waits.append(seconds)

    async def run() -> None:
        transport = httpx2.MockTransport(lambda _: next(answers))
        async with Http(transport=transport, clock=lambda: 0.0, sleep=cut_short) as http:
            await http.get(feed("brevo"), "/a")

    asyncio.run(run())

    assert waits == [20, 20]  # the retry's own wait, then the hold, as no time has passed


def test_the_secret_is_taken_out_of_addresses_bodies_and_messages():
    def repeating(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json={"next": f"https://x.example/?access_token={SECRET}&a=1"})

    async def run() -> Answer:
        async with publisher(repeating).http() as http:
            return await http.get(feed("brevo"), "/x", {"apikey": SECRET, "page": "2"})

    answer = asyncio.run(run())

    assert answer.url == "https://api.brevo.com/x?page=2"
    assert SECRET not in answer.body.decode()
    assert answer.json()["next"].startswith("https://x.example/?access_token=REDACTED&a=1")


def test_nan_and_infinity_are_read_as_no_value():
    assert parsed_json(b'{"a": NaN, "b": [-Infinity, 1]}', "u", "t") == {"a": None, "b": [None, 1]}


@pytest.mark.parametrize("cut", [b'{"a": [1, 2', b'[{"a": 1},', b'{"a": "x'])
def test_json_that_is_cut_is_to_be_asked_for_again(cut):
    with pytest.raises(SourceUnavailable, match="the answer is cut"):
        parsed_json(cut, "https://h.example/x", "application/json")


def test_a_client_can_be_opened_again_in_another_loop():
    ok = publisher(lambda _: httpx2.Response(200, text="ok"))
    http = ok.http()

    async def once() -> bytes:
        async with http:
            return (await http.get(feed("brevo"), "/x")).body

    assert [asyncio.run(once()), asyncio.run(once())] == [b"ok", b"ok"]


def test_a_closed_client_says_so():
    with pytest.raises(RuntimeError, match="async with"):
        asyncio.run(Http().get(feed("brevo"), "/x"))


def test_without_waiting_no_real_time_passes():
    async def run(http: Http) -> None:
        async with http:
            for _ in range(50):
                await http.get(feed("opendatasoft"), "/x")

    http = Http.without_waiting(httpx2.MockTransport(lambda _: httpx2.Response(200)))
    loop = asyncio.new_event_loop()
    started = loop.time()
    loop.run_until_complete(run(http))
    elapsed = loop.time() - started
    loop.close()

    assert elapsed < 5  # 35 seconds if they were waited
