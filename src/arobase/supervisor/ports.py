"""Ports: which are free, and who holds the others."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from dataclasses import dataclass

import psutil

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A port a service will listen on, and the variable that changes it."""

    service: str
    port: int
    variable: str


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Return whether one may listen on this port now."""
    with socket.socket() as probe:
        # As servers do: a port whose last connections linger is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
            probe.listen(1)
        except OSError:
            return False
    return True


def holder(port: int) -> str:
    """Return who listens on a port, as `name (pid)`; empty when it is not ours to see."""
    try:
        listening = (
            each.pid
            for each in psutil.net_connections(kind="tcp")
            if each.status == psutil.CONN_LISTEN and each.laddr and each.laddr.port == port
        )
        pid = next((each for each in listening if each), None)
        return f"{psutil.Process(pid).name()} (pid {pid})" if pid else ""
    except psutil.Error:
        return ""


def taken(wanted: Iterable[Wanted]) -> list[Wanted]:
    """Return the wanted ports that somebody else holds."""
    return [each for each in wanted if not is_free(each.port)]
