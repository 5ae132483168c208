"""Outlives `arobase up` by a few seconds, so that nothing else does, even when that is killed.

Its standard input is a pipe that only `arobase up` holds open; the kernel closes it when that ends.
A line of it is a session that was started: the pid of its leader, and when that began.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from arobase.supervisor.processes import RUN_VARIABLE, end


def start(run_id: str) -> subprocess.Popen[bytes]:
    """Start the guardian of a run, in a session of its own."""
    environment = {name: value for name, value in os.environ.items() if name != RUN_VARIABLE}
    return subprocess.Popen(
        [sys.executable, "-m", "arobase.supervisor.guardian", run_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


def main() -> None:
    """Wait until the supervisor is gone, then end what it left."""
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)
    started = (line.split() for line in sys.stdin)
    end(sys.argv[1], {int(pid): float(began) for pid, began in started})


if __name__ == "__main__":
    main()
