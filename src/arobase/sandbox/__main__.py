"""`python -m arobase.sandbox --port N`."""

from __future__ import annotations

import argparse

from arobase.sandbox.server import serve


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(prog="python -m arobase.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=None)
    parser.add_argument("--seed", type=int, default=2020)
    parser.add_argument("--live-drop-seconds", type=float, default=None)
    asked = parser.parse_args()
    serve(asked.port, seed=asked.seed, live_drop_seconds=asked.live_drop_seconds)


if __name__ == "__main__":
    main()
