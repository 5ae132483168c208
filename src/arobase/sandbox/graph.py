"""What Facebook and Instagram share: the Graph API's errors, tokens, usage, fields and paging."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import JSONResponse

from arobase.sandbox.model import unit
from arobase.sandbox.towns import Town
from arobase.sandbox.world import World

PACIFIC = ZoneInfo("America/Los_Angeles")
REMOVED_PARAMETERS = ("ids", "date_format", "pretty", "debug")
_QUOTA = 20_000
_FIELD = re.compile(r"([a-z_0-9]+)((?:\.[a-z_]+\([^)]*\))*)(\{)?")


class GraphError(Exception):
    """An error of the Graph API, with its code and HTTP status."""

    def __init__(
        self, message: str, code: int, *, subcode: int | None = None, status: int = 400
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.subcode = subcode
        self.status = status
        self.headers: dict[str, str] = {}


@dataclass(frozen=True, slots=True)
class Wanted:
    """One item of `fields=`: a name, its modifiers (`limit(20)`), its own fields."""

    name: str
    modifiers: Mapping[str, str]
    fields: tuple[Wanted, ...]


def refusal(world: World, error: GraphError) -> JSONResponse:
    """Return the body Meta gives an error."""
    body: dict[str, Any] = {"message": error.message, "type": "OAuthException", "code": error.code}
    if error.subcode is not None:
        body["error_subcode"] = error.subcode
    trace = unit(world.seed, error.message, world.now())
    body["fbtrace_id"] = "A" + base64.urlsafe_b64encode(str(trace).encode()).decode()[4:26]
    return JSONResponse({"error": body}, error.status, headers=error.headers)


def expired(world: World) -> GraphError:
    """Return the error of a token that ended the day before."""
    now = world.now().astimezone(PACIFIC)
    ended = now - timedelta(days=1)
    style = "%A, %d-%b-%y %H:%M:%S %Z"
    return GraphError(
        f"Error validating access token: Session has expired on {ended:{style}}. "
        f"The current time is {now:{style}}.",
        190,
        subcode=463,
    )


def throttled(world: World, town: Town | None, kind: str) -> GraphError:
    """Return the limit of a Page or an account; each call made meanwhile lengthens the wait."""
    code, name = (80002, "Instagram account") if kind == "instagram" else (80001, "Page account")
    error = GraphError(
        f"(#{code}) There have been too many calls to this {name}. Wait a bit and try again. "
        "For more info, please refer to "
        "https://developers.facebook.com/docs/graph-api/overview/rate-limiting.",
        code,
    )
    owner = "0" if town is None else _owner(town, kind)
    minutes = 18 + world.used("blocked", kind, owner)
    error.headers = _usage(owner, kind, percent=100, minutes=minutes)
    return error


def usage_headers(world: World, town: Town, kind: str) -> dict[str, str]:
    """Count a call, and return the usage headers: absent while usage is near 0."""
    percent = world.used(kind, town.id, str(world.today())) * 100 // _QUOTA
    return _usage(_owner(town, kind), kind, percent=percent, minutes=0) if percent else {}


def _owner(town: Town, kind: str) -> str:
    return town.account_id if kind == "instagram" else town.page_id


def _usage(owner: str, kind: str, *, percent: int, minutes: int) -> dict[str, str]:
    app = {"call_count": percent, "total_time": percent // 3, "total_cputime": percent // 8}
    business = {
        "type": "instagram" if kind == "instagram" else "pages",
        "call_count": percent,
        "total_cputime": percent // 5,
        "total_time": percent // 3,
        "estimated_time_to_regain_access": minutes,
    }
    return {
        "X-App-Usage": json.dumps(app),
        "X-Business-Use-Case-Usage": json.dumps({owner: [business]}),
    }


def token_of(request: Request) -> str:
    """Return the access token, from the header or the address.

    Raises:
        GraphError: there is none.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    token = token if scheme.lower() == "bearer" else request.query_params.get("access_token", "")
    if not token:
        raise GraphError("An access token is required to request this resource.", 104)
    return token


def check_token(request: Request, town: Town | None, source: str, towns: Sequence[Town]) -> None:
    """Refuse an unknown token, or another town's.

    Raises:
        GraphError: 190 for an unknown token, 100/33 for a known one that may not see this object.
    """
    token = token_of(request)
    if token not in {other.secret(source) for other in towns}:
        raise GraphError("Invalid OAuth access token - Cannot parse access token", 190)
    if town is None or token != town.secret(source):
        raise missing(request.path_params["node"])


def check_parameters(request: Request) -> None:
    """Refuse the protocol features that ended in October 2026.

    Raises:
        GraphError: one of them is used.
    """
    for name in REMOVED_PARAMETERS:
        if name in request.query_params:
            raise GraphError(f"(#100) The parameter {name} is no longer supported", 100)


def node_of(request: Request) -> str:
    """Return the object a call is about, before the address is routed: `/source/version/node`."""
    parts = request.url.path.strip("/").split("/")
    return parts[2] if len(parts) > 2 else ""


def missing(node: str) -> GraphError:
    """Return the error for an object that is not there or may not be seen: Meta says the same."""
    return GraphError(
        f"Unsupported get request. Object with ID '{node}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API "
        "documentation at https://developers.facebook.com/docs/graph-api",
        100,
        subcode=33,
    )


def wanted(text: str) -> tuple[Wanted, ...]:
    """Read a `fields=` parameter.

    Raises:
        GraphError: it is not well formed.
    """
    fields, end = _wanted(text.replace(" ", ""), 0)
    if end < len(text.replace(" ", "")):
        raise GraphError(
            f'(#2500) Syntax error "Expected end of string instead of {text[end:]!r}"', 2500
        )
    return fields


def _wanted(text: str, start: int) -> tuple[tuple[Wanted, ...], int]:
    found: list[Wanted] = []
    position = start
    while match := _FIELD.match(text, position):
        position = match.end()
        inner: tuple[Wanted, ...] = ()
        if match[3]:
            inner, position = _wanted(text, position)
            position += 1  # the closing brace
        modifiers = dict(re.findall(r"\.([a-z_]+)\(([^)]*)\)", match[2]))
        found.append(Wanted(match[1], modifiers, inner))
        if text[position : position + 1] != ",":
            break
        position += 1
    return tuple(found), position


def select(
    record: Mapping[str, Any], fields: Sequence[Wanted], default: Sequence[str]
) -> dict[str, Any]:
    """Keep the asked fields that are set, in the order asked, and always the id.

    Raises:
        GraphError: a field does not exist.
    """
    names = [field.name for field in fields] or list(default)
    for name in names:
        if name not in record:
            raise GraphError(f"(#100) Tried accessing nonexisting field ({name})", 100)
    kept = {name: record[name] for name in names if record[name] is not None}
    return kept | {"id": record["id"]}


def page_of(
    request: Request, items: Sequence[Any], *, default: int, largest: int, base: str
) -> tuple[Sequence[Any], dict[str, Any]]:
    """Return one page and its `paging`, whose `next` carries the token and ends with the list."""
    limit = min(_whole(request.query_params.get("limit"), default), largest)
    start = _offset(request.query_params.get("after"))
    page = items[start : start + limit]
    if not page:
        return page, {}
    paging: dict[str, Any] = {
        "cursors": {"before": _cursor(start), "after": _cursor(start + len(page))}
    }
    if start + len(page) < len(items):
        query = dict(request.query_params) | {
            "access_token": token_of(request),
            "limit": str(limit),
        }
        paging["next"] = f"{base}?{urlencode(query | {'after': paging['cursors']['after']})}"
    return page, paging


def _whole(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not text.isdigit() or int(text) == 0:
        raise GraphError("(#100) Param limit must be a positive integer", 100)
    return int(text)


def _cursor(offset: int) -> str:
    return base64.urlsafe_b64encode(f"QVFB:{offset}".encode()).decode().rstrip("=")


def _offset(cursor: str | None) -> int:
    if not cursor:
        return 0
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        return int(text.removeprefix("QVFB:"))
    except ValueError as error:
        raise GraphError("(#100) Invalid cursors values", 100) from error


def timestamp(instant: datetime) -> str:
    """Spell an instant as Meta does: offset without a colon."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def end_time(day: date) -> str:
    """Return the `end_time` of a day's measure: the next midnight in California."""
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), PACIFIC)
    return timestamp(midnight)
