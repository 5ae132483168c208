"""Airflow's REST API, as far as we use it: is it well, start this flow, how did that run end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import httpx2
import tenacity

from arobase.orchestration import embedded
from arobase.settings import Settings

COMPONENTS = ("metadatabase", "scheduler", "dag_processor", "triggerer")
ATTEMPTS = 5
POOLS = {"warehouse_writer": "One task at a time opens the warehouse"}


def _is_busy(error: BaseException) -> bool:
    """Tell whether Airflow failed by itself: on SQLite, its writers may exclude each other."""
    return isinstance(error, httpx2.HTTPStatusError) and error.response.is_server_error


@dataclass(slots=True)
class Airflow:
    """One Airflow, reached through its API.

    Args:
        address: such as `http://127.0.0.1:8080`.
        password: the administrator's.
    """

    address: str
    password: str
    _client: httpx2.Client = field(init=False)

    def __post_init__(self) -> None:
        self._client = httpx2.Client(base_url=self.address, timeout=30, trust_env=False)

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the Airflow that runs embedded with these settings."""
        return cls(embedded.api_address(settings), embedded.password(settings))

    def health(self) -> dict[str, str]:
        """Return the state of each component: `healthy`, `unhealthy` or `starting`."""
        try:
            answer = self._client.get("/api/v2/monitor/health").raise_for_status().json()
        except httpx2.HTTPError:
            answer = {}
        states = {name: (answer.get(name) or {}).get("status") for name in COMPONENTS}
        return {name: state or "starting" for name, state in states.items()}

    def is_healthy(self) -> bool:
        """Tell whether every component is."""
        return set(self.health().values()) == {"healthy"}

    def create_pools(self) -> None:
        """Create the pools our tasks take turns in; those that exist are left as they are."""
        existing = {pool["name"] for pool in self._get("/pools")["pools"]}
        for name, description in POOLS.items():
            if name not in existing:
                body = {
                    "name": name,
                    "slots": 1,
                    "description": description,
                    "include_deferred": False,
                }
                self._send("POST", "/pools", body)

    def dag_ids(self) -> list[str]:
        """Return the flows Airflow knows, sorted."""
        return sorted(dag["dag_id"] for dag in self._get("/dags?limit=100")["dags"])

    def unpause(self, dag_id: str) -> None:
        """Let a flow run by itself."""
        self._send("PATCH", f"/dags/{dag_id}", {"is_paused": False})

    def pause(self, dag_id: str) -> None:
        """Keep a flow from running by itself."""
        self._send("PATCH", f"/dags/{dag_id}", {"is_paused": True})

    def trigger(self, dag_id: str, params: Mapping[str, Any] | None = None) -> str:
        """Start a flow now, and return the id of its run."""
        body = {"logical_date": None, "conf": dict(params or {})}
        run_id: str = self._send("POST", f"/dags/{dag_id}/dagRuns", body)["dag_run_id"]
        return run_id

    def announce(self, asset_name: str) -> None:
        """Say that something of an asset is there, as the task or watcher that makes it would."""
        found = self._get(f"/assets?limit=100&name_pattern={asset_name}")["assets"]
        asset_id = next(asset["id"] for asset in found if asset["name"] == asset_name)
        self._send("POST", "/assets/events", {"asset_id": asset_id})

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the runs of a flow, the newest first."""
        found: list[dict[str, Any]] = self._get(
            f"/dags/{dag_id}/dagRuns?limit=100&order_by=-run_after"
        )["dag_runs"]
        return found

    def tasks(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the tasks of a run, with their states and instants."""
        found: list[dict[str, Any]] = self._get(f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances")[
            "task_instances"
        ]
        return found

    def _get(self, path: str) -> dict[str, Any]:
        return self._send("GET", path, None)

    @tenacity.retry(
        retry=tenacity.retry_if_exception(_is_busy),
        stop=tenacity.stop_after_attempt(ATTEMPTS),
        wait=tenacity.wait_exponential_jitter(multiplier=0.2, max=3.0, jitter=0.2),
        reraise=True,
    )
    def _send(self, method: str, path: str, body: Mapping[str, Any] | None) -> dict[str, Any]:
        answer = self._client.request(method, f"/api/v2{path}", json=body, headers=self._proof())
        content: dict[str, Any] = answer.raise_for_status().json()
        return content

    def _proof(self) -> dict[str, str]:
        # Asked anew each time: it costs milliseconds, and a kept one would expire.
        credentials = {"username": embedded.ADMIN, "password": self.password}
        answer = self._client.post("/auth/token", json=credentials).raise_for_status()
        return {"authorization": f"Bearer {answer.json()['access_token']}"}
