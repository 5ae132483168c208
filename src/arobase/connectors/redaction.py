"""Keeping secrets out of whatever is kept: addresses, bodies, messages."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import SecretStr

SECRET_PARAMETERS = frozenset(
    {
        "access_token", "api_key", "api-key", "apikey", "appsecret_proof", "client_secret",
        "input_token", "key", "password", "secret", "sig", "signature", "token", "token_auth",
    }
)  # fmt: skip
SHOWN = "REDACTED"

# A token that some other system put in an address inside an answer: Meta does in `paging.next`.
_TOKEN_IN_TEXT = re.compile(rb"((?:access_token|apikey|api_key|token_auth)=)[^&\"'\\\s<>]+", re.I)


def redacted_url(url: str) -> str:
    """Return an address without user name, password and secret parameters."""
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    kept = [(name, value) for name, value in pairs if name.lower() not in SECRET_PARAMETERS]
    host = parts.netloc.rpartition("@")[2]
    query = parts.query if len(kept) == len(pairs) else urlencode(kept)
    return urlunsplit(parts._replace(netloc=host, query=query))


def redacted_body(body: bytes, secret: SecretStr | None) -> bytes:
    """Return a body without the secret: the very same bytes when it holds none."""
    for spelling in _spellings(secret):
        body = body.replace(spelling.encode(), SHOWN.encode())
    return _TOKEN_IN_TEXT.sub(rb"\1" + SHOWN.encode(), body)


def redacted_text(text: str, secret: SecretStr | None) -> str:
    """Return a message without the secret."""
    return redacted_body(text.encode(), secret).decode()


def _spellings(secret: SecretStr | None) -> tuple[str, ...]:
    value = secret.get_secret_value() if secret else ""
    # Replacing a text of a few letters would spoil the answer; no platform gives such a token.
    return tuple(sorted({value, quote(value, safe="")})) if len(value) >= 8 else ()
