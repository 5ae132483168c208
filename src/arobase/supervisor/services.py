"""The command of each service of a whole Arobase, and the port it listens on."""

from __future__ import annotations

import sys

from arobase.settings import Settings
from arobase.supervisor.fleet import Service
from arobase.supervisor.ports import HOST, Wanted

ARGUMENTS = (sys.executable, "-m", "arobase.cli")
DASHBOARD_THREADS = 8
DASHBOARD_KEEPS_S = 75
"""Longer than any open page is silent: it looks every two seconds, gunicorn's own limit, and a look
sent as its connection closes is an error."""

LIVE_DROP_S = 300
"""Often enough for the demonstration to move, and longer than the replay of history takes."""


def wanted_ports(settings: Settings, *, sandbox: bool) -> list[Wanted]:
    """Return the ports a run listens on."""
    wanted = [
        Wanted("dashboard", settings.dashboard_port, "AROBASE_DASHBOARD_PORT"),
        Wanted("gateway", settings.gateway_port, "AROBASE_GATEWAY_PORT"),
        Wanted("airflow", settings.airflow_port, "AROBASE_AIRFLOW_PORT"),
    ]
    if sandbox:
        wanted.append(Wanted("sandbox", settings.sandbox_port, "AROBASE_SANDBOX_PORT"))
    return wanted


def sandbox(port: int, *, live: bool = False) -> Service:
    """Return the stand-ins; `live` ones also drop a file now and then."""
    command = [*ARGUMENTS, "sandbox", "--port", str(port)]
    if live:
        command += ["--live-drop-seconds", str(LIVE_DROP_S)]
    return Service("sandbox", command)


def gateway(port: int) -> Service:
    """Return the gateway."""
    return Service("gateway", [*ARGUMENTS, "events", "--port", str(port)])


def dashboard(port: int) -> Service:
    """Return the dashboard."""
    return Service("dashboard", dashboard_command(port))


def dashboard_command(port: int) -> list[str]:
    """Return what serves the dashboard: threads, as queries release the interpreter."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind",
        f"{HOST}:{port}",
        "--worker-class",
        "gthread",
        "--threads",
        str(DASHBOARD_THREADS),
        "--keep-alive",
        str(DASHBOARD_KEEPS_S),
        "--no-control-socket",
        "dashboards.app:server()",
    ]


def replay() -> Service:
    """Return the replay of the sandbox's history."""
    return Service("replay", [sys.executable, "-m", "arobase.replay"])
