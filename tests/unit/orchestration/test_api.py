"""What is asked of Airflow's API is asked again when Airflow fails by itself, and only then."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from arobase.orchestration import api
from arobase.orchestration.api import Airflow


@pytest.fixture
def answering(monkeypatch) -> Callable[[list[int]], tuple[Airflow, list[str]]]:
    """An Airflow whose answers to everything but logins have these statuses, in turn."""
    monkeypatch.setattr(Airflow._send.retry, "sleep", lambda seconds: None)

    def airflow(statuses: list[int]) -> tuple[Airflow, list[str]]:
        asked: list[str] = []

        def answer(request: httpx2.Request) -> httpx2.Response:
            if request.url.path == "/auth/token":
                return httpx2.Response(201, json={"access_token": "t"})
            asked.append(request.url.path)
            return httpx2.Response(statuses[len(asked) - 1], json={"dag_run_id": "r"})

        found = Airflow("http://airflow.test", "password")
        found._client = httpx2.Client(
            base_url=found.address, transport=httpx2.MockTransport(answer)
        )
        return found, asked

    return airflow


def test_a_flow_is_started_although_airflow_failed_twice(answering):
    airflow, asked = answering([500, 503, 200])

    assert airflow.trigger("refresh") == "r"
    assert len(asked) == 3


def test_a_refusal_is_not_asked_again(answering):
    airflow, asked = answering([404, 200])

    with pytest.raises(httpx2.HTTPStatusError):
        airflow.trigger("refresh")
    assert len(asked) == 1


def test_an_airflow_that_always_fails_is_given_up(answering):
    airflow, asked = answering([500] * 20)

    with pytest.raises(httpx2.HTTPStatusError):
        airflow.trigger("refresh")
    assert len(asked) == api.ATTEMPTS
