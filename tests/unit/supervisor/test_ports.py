"""Ports: free or not, and whose."""

from __future__ import annotations

import os
import socket

from arobase.supervisor import ports


def test_a_port_somebody_listens_on_is_taken_and_its_holder_named():
    with socket.socket() as other:
        other.bind((ports.HOST, 0))
        other.listen()
        port = other.getsockname()[1]

        wanted = ports.Wanted("dashboard", port, "AROBASE_DASHBOARD_PORT")
        assert ports.taken([wanted]) == [wanted]
        assert f"(pid {os.getpid()})" in ports.holder(port)

    assert ports.is_free(port)
    assert ports.holder(port) == ""
