"""`python -m dashboards [port]`: the dashboard alone, on this machine only."""

from __future__ import annotations

import sys

from werkzeug.serving import run_simple

from arobase.settings import settings
from dashboards.app import server


def main(arguments: list[str]) -> None:
    """Serve until interrupted."""
    port = int(arguments[0]) if arguments else settings().dashboard_port
    run_simple("127.0.0.1", port, server(), threaded=True)


if __name__ == "__main__":
    main(sys.argv[1:])
