"""Secrets are taken out, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from arobase.connectors.redaction import redacted_body, redacted_text, redacted_url


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://h.example/a?access_token=T&b=1", "https://h.example/a?b=1"),
        ("https://h.example/a?APIKEY=T", "https://h.example/a"),
        ("https://user:password@h.example:8443/a", "https://h.example:8443/a"),
        ("https://h.example/a?where=x%20%3E%201&b", "https://h.example/a?where=x%20%3E%201&b"),
    ],
)
def test_an_address_keeps_all_but_its_secrets(address, shown):
    assert redacted_url(address) == shown


def test_a_secret_is_found_percent_encoded_too():
    secret = SecretStr("abc/def|123")

    assert redacted_text("at abc/def|123 and abc%2Fdef%7C123", secret) == "at REDACTED and REDACTED"


def test_a_token_of_someone_else_in_an_address_inside_a_body_is_taken_out():
    body = b'{"next": "https://h.example/?access_token=EAABother&after=Q1"}'

    shown = redacted_body(body, None)

    assert shown == b'{"next": "https://h.example/?access_token=REDACTED&after=Q1"}'


@given(st.binary())
def test_a_body_without_secret_is_the_very_same(body):
    if b"=" not in body:
        assert redacted_body(body, SecretStr("a-long-enough-secret")) == body
