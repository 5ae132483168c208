"""Health, readiness, and the page of documentation."""

from __future__ import annotations

import re

import pytest


def test_it_says_that_it_is_alive(client):
    assert client.get("/health").json() == {"status": "ok"}


def test_it_is_ready_once_something_is_published(client, version):
    answer = client.get("/ready")

    assert answer.status_code == 200
    assert answer.json() == {"inbox_writable": True, "published_version": 1}


def test_it_is_not_ready_before(client):
    answer = client.get("/ready")

    assert answer.status_code == 503
    assert answer.json() == {"inbox_writable": True, "published_version": None}


def test_it_is_not_ready_when_files_cannot_be_kept(client, version, home):
    (home / "inbox").rmdir() if (home / "inbox").exists() else None
    (home / "inbox").write_text("a file is in the way")

    answer = client.get("/ready")

    assert answer.status_code == 503
    assert answer.json()["inbox_writable"] is False


def test_the_description_is_openapi_3_1_with_every_route(client):
    schema = client.get("/api/v1/openapi.json").json()

    assert schema["openapi"].startswith("3.1")
    assert set(schema["paths"]) == {
        "/health",
        "/ready",
        "/api/v1/cities",
        "/api/v1/indicators",
        "/api/v1/cities/{city_id}/values",
        "/inbox/{source}/{city}",
    }


def test_the_page_lists_every_operation_without_script_or_anything_from_elsewhere(client):
    page = client.get("/docs").text
    schema = client.get("/api/v1/openapi.json").json()

    for path in schema["paths"]:
        assert path in page
    assert "<script" not in page
    assert re.findall(r'(?:src|href)="(?!/)[^"]*"', page) == []
    assert client.get("/docs.css").headers["content-type"].startswith("text/css")


@pytest.mark.parametrize("path", ["/docs", "/health", "/api/v1/cities", "/nowhere"])
def test_every_answer_has_a_strict_policy(client, path):
    policy = client.get(path).headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_there_is_no_page_from_elsewhere(client):
    assert client.get("/redoc").status_code == 404
