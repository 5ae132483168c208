from __future__ import annotations

import socket
import subprocess
import sys
import time

import httpx2


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_the_module_serves_by_itself_and_ends_when_told() -> None:
    port = free_port()
    command = [sys.executable, "-m", "arobase.sandbox", "--port", str(port)]

    with subprocess.Popen(command) as process:
        try:
            answer = health(port)
        finally:
            process.terminate()

    assert answer == "ok"
    assert process.returncode is not None


def health(port: int) -> str:
    deadline = time.monotonic() + 60
    while True:
        try:
            found = httpx2.get(f"http://127.0.0.1:{port}/health", trust_env=False)
            return str(found.json()["status"])
        except httpx2.TransportError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
