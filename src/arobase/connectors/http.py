"""HTTP for connectors: pacing, retries, limits on time and size, and no secret in what is kept.

A connector says what to ask, and what an answer means through a `Verdict`, because each platform
tells its errors in its own way: Meta in `error.code` whatever the status, GraphQL inside a 200.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.metadata import version
from types import TracebackType
from typing import Any, Self

import httpx2
import orjson
import tenacity

from arobase.connectors.base import Feed, Page
from arobase.connectors.pacing import Clock, Pacer, Sleep, VirtualTime
from arobase.connectors.redaction import redacted_body, redacted_text, redacted_url
from arobase.errors import SourceChanged, SourceError, SourceUnavailable

ATTEMPTS = 4
LONGEST_WAIT_S = 60.0
"""A longer wait, when a publisher asks for one, is for the next run."""

WHOLE_ANSWER_S = 180.0
MAX_BODY_BYTES = 50_000_000
TIMEOUT = httpx2.Timeout(30.0, connect=10.0)

_BACKOFF = tenacity.wait_exponential_jitter(multiplier=0.5, max=10.0, jitter=0.5)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a publisher answered, without any secret; JSON is read when asked for."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime

    @property
    def media_type(self) -> str:
        """Media type without its parameters, lower case; empty when the answer has none."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """Return the body read as JSON.

        Raises:
            SourceChanged: the body is something else, a login page for instance.
            SourceUnavailable: the body is cut before its end.
        """
        return parsed_json(self.body, self.url, self.media_type)

    def page(self, stream: str, **context: str) -> Page:
        """Return the answer as a page of a stream."""
        return Page(
            stream=stream,
            url=self.url,
            body=self.body,
            media_type=self.media_type or "application/octet-stream",
            fetched_at=self.fetched_at,
            context=context,
        )


Verdict = Callable[[Answer], SourceError | None]
"""Says what is wrong with an answer. SourceUnavailable is retried after the wait it names."""


def parsed_json(body: bytes, url: str, media_type: str) -> Any:
    """Read JSON, taking the bare `NaN` and `Infinity` that some portals emit as no value."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(body, parse_constant=lambda _: None)
    except ValueError as error:
        raise _unreadable(body, url, media_type) from error


def _unreadable(body: bytes, url: str, media_type: str) -> SourceError:
    text = body.strip()
    if text[:1] in {b"{", b"["} and text[-1:] not in {b"}", b"]"}:
        return SourceUnavailable(f"{url}: the answer is cut, after {len(body):,} bytes")
    return SourceChanged(f"{url}: expected JSON, received {media_type or 'no content type'}")


def by_status(answer: Answer) -> SourceError | None:
    """Judge by the HTTP status alone, for publishers that say no more."""
    if answer.status == 429 or answer.status >= 500:
        return SourceUnavailable(
            f"{answer.url}: HTTP {answer.status}", retry_after_s=retry_after(answer)
        )
    if answer.status >= 300:
        return SourceChanged(f"{answer.url}: HTTP {answer.status} {answer.media_type}".rstrip())
    return None


def retry_after(answer: Answer) -> float | None:
    """Return the seconds of a `Retry-After` header; None when it is absent or a date."""
    value = answer.headers.get("retry-after", "").strip()
    return float(value) if value.isdigit() else None


class Http:
    """An asynchronous client for connectors; open it with `async with` in the loop that uses it.

    Args:
        transport: replaces the network, in tests.
        clock: seconds, monotonic; for pacing.
        sleep: waits; for pacing and retries.
        max_body_bytes: a longer answer is refused while it is read.
    """

    def __init__(
        self,
        *,
        transport: httpx2.AsyncBaseTransport | None = None,
        clock: Clock = time.monotonic,
        sleep: Sleep = asyncio.sleep,
        max_body_bytes: int = MAX_BODY_BYTES,
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._sleep = sleep
        self._max_body_bytes = max_body_bytes
        self._pacers: dict[tuple[str, str, str], Pacer] = {}
        self._client: httpx2.AsyncClient | None = None

    @classmethod
    def without_waiting(cls, transport: httpx2.AsyncBaseTransport | None = None) -> Self:
        """Return a client that paces and retries in virtual time, for replaying history."""
        virtual = VirtualTime()
        return cls(transport=transport, clock=virtual.clock, sleep=virtual.sleep)

    async def __aenter__(self) -> Self:
        self._pacers.clear()
        self._client = httpx2.AsyncClient(
            transport=self._transport,
            verify=_authorities(),
            timeout=TIMEOUT,
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            headers={"User-Agent": f"Arobase/{version('arobase')}"},
            # A proxy is for the outside: the sandbox on this machine is reached directly.
            mounts={"all://127.0.0.1": None, "all://localhost": None},
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        client, self._client = self._client, None
        if client:
            await client.aclose()

    async def get(
        self,
        feed: Feed,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        verdict: Verdict = by_status,
        headers: Mapping[str, str] | None = None,
        follow_redirects: bool = False,
    ) -> Answer:
        """Ask for `path` under the feed's base address. A secret goes in `headers` only."""
        request = self._opened().build_request(
            "GET", feed.base_url + path, params=params, headers=headers
        )
        return await self._judged(feed, request, verdict, follow_redirects=follow_redirects)

    async def post_json(
        self,
        feed: Feed,
        path: str,
        content: Any,
        *,
        verdict: Verdict = by_status,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Post JSON; only for questions that may be asked twice (GraphQL queries)."""
        request = self._opened().build_request(
            "POST", feed.base_url + path, json=content, headers=headers
        )
        return await self._judged(feed, request, verdict, follow_redirects=False)

    async def _judged(
        self, feed: Feed, request: httpx2.Request, verdict: Verdict, *, follow_redirects: bool
    ) -> Answer:
        pacer = self._pacer(feed, request)
        async for attempt in self._attempts(pacer):
            with attempt:
                async with pacer:
                    answer = await self._answer(feed, request, follow_redirects=follow_redirects)
                if error := verdict(answer):
                    raise _without_secret(error, feed)
        return answer

    def _attempts(self, pacer: Pacer) -> tenacity.AsyncRetrying:
        async def wait(seconds: float) -> None:
            pacer.hold(seconds)
            await self._sleep(seconds)

        return tenacity.AsyncRetrying(
            retry=tenacity.retry_if_exception(_worth_waiting),
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            wait=_wait_asked,
            sleep=wait,
            reraise=True,
        )

    def _pacer(self, feed: Feed, request: httpx2.Request) -> Pacer:
        secret = feed.secret.get_secret_value() if feed.secret else ""
        key = (feed.source.id, request.url.netloc.decode("ascii"), secret)
        if key not in self._pacers:
            self._pacers[key] = Pacer(feed.source.rate_limit, self._clock, self._sleep)
        return self._pacers[key]

    async def _answer(
        self, feed: Feed, request: httpx2.Request, *, follow_redirects: bool
    ) -> Answer:
        place = redacted_text(redacted_url(str(request.url)), feed.secret)
        try:
            async with asyncio.timeout(WHOLE_ANSWER_S):
                response = await self._opened().send(
                    request, stream=True, follow_redirects=follow_redirects
                )
                body = await self._body(response, place)
        except (httpx2.RequestError, TimeoutError) as error:
            reason = redacted_text(str(error), feed.secret) or type(error).__name__
            raise SourceUnavailable(f"{place}: {reason}") from None
        return Answer(
            url=redacted_text(redacted_url(str(response.url)), feed.secret),
            status=response.status_code,
            headers=response.headers,
            body=redacted_body(body, feed.secret),
            fetched_at=feed.now,
        )

    async def _body(self, response: httpx2.Response, place: str) -> bytes:
        body = bytearray()
        try:
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > self._max_body_bytes:
                    limit = f"more than {self._max_body_bytes:,} bytes"
                    raise SourceChanged(f"{place}: the answer is {limit}, and was not read further")
        finally:
            await response.aclose()
        return bytes(body)

    def _opened(self) -> httpx2.AsyncClient:
        if self._client is None:
            raise RuntimeError("Http is used outside `async with`")
        return self._client


@cache
def _authorities() -> ssl.SSLContext:
    """Read the certificate authorities once: it takes longer than a small pull."""
    return httpx2.create_ssl_context()


def _worth_waiting(error: BaseException) -> bool:
    asked = error.retry_after_s if isinstance(error, SourceUnavailable) else float("inf")
    return (asked or 0.0) <= LONGEST_WAIT_S


def _wait_asked(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked = error.retry_after_s if isinstance(error, SourceUnavailable) else None
    return _BACKOFF(state) if asked is None else asked


def _without_secret(error: SourceError, feed: Feed) -> SourceError:
    error.args = tuple(redacted_text(str(each), feed.secret) for each in error.args)
    return error
