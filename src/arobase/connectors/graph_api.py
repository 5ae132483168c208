"""Meta's Graph API, as Facebook and Instagram share it: version, errors by code, insights."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from arobase.catalog import Text
from arobase.connectors.base import Feed, Notice, Page
from arobase.connectors.http import Answer, Http, Verdict
from arobase.connectors.refusals import refused
from arobase.errors import SourceChanged, SourceError, SourceUnavailable

VERSION = "v25.0"

# https://developers.facebook.com/docs/graph-api/guides/error-handling
# The status says little: a dead token and an exhausted quota are both 400.
TOKEN_CODES = frozenset({102, 104, 190})
TRANSIENT_CODES = frozenset({1, 2})
LIMIT_CODES = frozenset({4, 17, 32, 341, 613, 80001, 80002, 80006})
POLICY_BLOCK = 368
BAD_PARAMETER = 100
NOT_ENOUGH_PEOPLE = "Not enough"

# Calls made while blocked lengthen the block, and no header tells its end when it is the app's.
UNTOLD_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class GraphError:
    """The `error` object of an answer."""

    code: int
    subcode: int
    message: str

    @property
    def is_permission(self) -> bool:
        """The token is good, but may not see this."""
        return self.code in {3, 10} or 200 <= self.code <= 299

    @property
    def is_invalid_metric(self) -> bool:
        """One of the metrics asked for no longer exists, or not for an account this small."""
        metric = self.code == BAD_PARAMETER and "metric" in self.message
        return metric or (self.code == 10 and NOT_ENOUGH_PEOPLE in self.message)

    @property
    def is_too_much_data(self) -> bool:
        """Fewer records must be asked for at once."""
        return self.code in TRANSIENT_CODES and "reduce the amount of data" in self.message


async def get(
    feed: Feed, http: Http, path: str, params: Mapping[str, str], *, verdict: Verdict | None = None
) -> Answer:
    """Ask the Graph API, with the token in a header and no old protocol parameter."""
    token = feed.secret.get_secret_value() if feed.secret else ""
    return await http.get(
        feed,
        f"/{VERSION}/{path}",
        params,
        verdict=verdict or judged(feed),
        headers={"Authorization": f"Bearer {token}"},
    )


def error_in(answer: Answer) -> GraphError | None:
    """Return the error of an answer, whatever its status."""
    content = _object(answer.body)
    error = content.get("error") if content else None
    if not isinstance(error, dict):
        return None
    return GraphError(
        code=_number(error.get("code")),
        subcode=_number(error.get("error_subcode")),
        message=str(error.get("message", "")),
    )


def judged(feed: Feed) -> Verdict:
    """Return the verdict on any answer of the Graph API for this feed."""

    def verdict(answer: Answer) -> SourceError | None:
        error = error_in(answer)
        if error is None:
            return _without_error(answer)
        what = f"Meta error {error.code}/{error.subcode}: {error.message}"
        if error.code in LIMIT_CODES:
            return SourceUnavailable(f"{answer.url}: {what}", retry_after_s=_minutes_told(answer))
        if error.code in TRANSIENT_CODES:
            return SourceUnavailable(f"{answer.url}: {what}")
        if error.code in TOKEN_CODES or error.code == POLICY_BLOCK or error.is_permission:
            return refused(feed, what)
        return SourceChanged(f"{answer.url}: {what}")

    return verdict


def accepting_permission_errors(feed: Feed) -> Verdict:
    """Return a verdict that leaves it to the caller when data are not permitted, or too many."""
    judge = judged(feed)

    def verdict(answer: Answer) -> SourceError | None:
        error = error_in(answer)
        if error and (error.is_permission or error.is_too_much_data):
            return None
        return judge(answer)

    return verdict


async def insights(
    feed: Feed, http: Http, path: str, params: Mapping[str, str], metrics: Sequence[str]
) -> AsyncIterator[Page | Notice]:
    """Yield the insights of a window. One dead metric fails the whole call without being named,
    so the refused call is cut in two until the culprit is alone; it is left out, with a notice.
    """
    asked = {**params, "metric": ",".join(metrics)}
    answer = await get(feed, http, path, asked, verdict=_accepting_metric_errors(feed))
    error = error_in(answer)
    if error is None:
        yield answer.page("insights")
    elif error.is_invalid_metric and len(metrics) > 1:
        middle = len(metrics) // 2
        for half in (metrics[:middle], metrics[middle:]):
            async for each in insights(feed, http, path, params, half):
                yield each
    elif error.is_invalid_metric:
        yield metric_refused(metrics[0])
    else:
        yield permission_refused("insights", error)


def metric_refused(metric: str) -> Notice:
    """Return the notice that a metric no longer exists, or not for an account this small."""
    return Notice(
        severity="warning",
        stream="insights",
        code="metric_refused",
        message=Text(
            fr=f"Meta refuse la mesure « {metric} » : elle n'est pas relevée, le reste l'est.",
            en=f"Meta refuses the metric “{metric}”: it is left out, the rest is read.",
        ),
    )


def permission_refused(stream: str, error: GraphError) -> Notice:
    """Return the notice that the token may not see a stream, though it is good."""
    return Notice(
        severity="warning",
        stream=stream,
        code="permission_refused",
        message=Text(
            fr=f"Le jeton ne permet pas de lire « {stream} » : il faut en demander la permission"
            f" (erreur Meta {error.code}). Le reste est relevé.",
            en=f"The token may not read “{stream}”: ask for the permission"
            f" (Meta error {error.code}). The rest is read.",
        ),
    )


def data_of(answer: Answer) -> list[Any]:
    """Return the `data` list of an answer.

    Raises:
        SourceChanged: there is none.
    """
    content = answer.json()
    data = content.get("data") if isinstance(content, dict) else None
    if not isinstance(data, list):
        raise SourceChanged(f"{answer.url}: no list named `data` in the answer")
    return data


def next_cursor(answer: Answer) -> str | None:
    """Return the cursor of the next page; None on the last one, which has no `next`.

    The address in `next` holds the token, so it is never followed: only its cursor is used.
    """
    content = answer.json()
    paging = content.get("paging") or {}
    return (paging.get("cursors") or {}).get("after") if paging.get("next") else None


def _accepting_metric_errors(feed: Feed) -> Verdict:
    judge = accepting_permission_errors(feed)

    def verdict(answer: Answer) -> SourceError | None:
        error = error_in(answer)
        return None if error and error.is_invalid_metric else judge(answer)

    return verdict


def _without_error(answer: Answer) -> SourceError | None:
    if answer.status >= 500:
        return SourceUnavailable(f"{answer.url}: HTTP {answer.status}")
    try:
        content = answer.json()
    except SourceError as error:
        return error
    if answer.status >= 300 or not isinstance(content, dict):
        return SourceChanged(f"{answer.url}: HTTP {answer.status}, not a Graph API answer")
    return None


def _minutes_told(answer: Answer) -> float:
    usage = _object(answer.headers.get("x-business-use-case-usage", "").encode()) or {}
    minutes = [
        float(each.get("estimated_time_to_regain_access", 0))
        for uses in usage.values()
        for each in uses
    ]
    return max(minutes, default=0.0) * 60 or UNTOLD_WAIT_S


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _object(text: bytes) -> dict[str, Any] | None:
    try:
        content = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None
