"""`make bench`: run every measurement, print the table, keep it in `bench/results/`."""

from __future__ import annotations

import argparse
import importlib
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from arobase import logs
from bench.ratio import Ratio

MEASUREMENTS = ("load_files", "load_pages", "audit", "refresh", "readers", "latency", "memory")


def main(arguments: Sequence[str]) -> int:
    """Run the named measurements (all by default); exit 1 when a limit is not kept."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    names = parser.parse_args(arguments).names or MEASUREMENTS
    if unknown := set(names) - set(MEASUREMENTS):
        parser.error(f"unknown measurement: {', '.join(sorted(unknown))}")
    logs.configure()
    # Told to end, unwind as for Ctrl-C: processes and temporary homes go.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    console = Console()
    ratios: list[Ratio] = []
    for name in names:
        console.print(f"measuring {name} ...", style="dim")
        ratios.extend(importlib.import_module(f"bench.{name}").measure())
    console.print(_table(ratios))
    console.print(f"written to {_write(ratios)}", style="dim")
    return 0 if all(each.holds for each in ratios) else 1


def _table(ratios: Sequence[Ratio]) -> Table:
    table = Table("measure", "ours", "floor", "unit", "ratio", "limit", "", "note")
    for each in ratios:
        sign = "≤" if each.at_most else "≥"
        table.add_row(
            each.name,
            f"{each.ours:,.3g}",
            f"{each.floor:,.3g}",
            each.unit,
            f"{each.ratio:.2f}",
            f"{sign} {each.limit:g}",
            "ok" if each.holds else "MISSED",
            each.note,
        )
    return table


def _write(ratios: Sequence[Ratio]) -> Path:
    path = Path("bench/results") / f"{time.strftime('%Y%m%dT%H%M%S')}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps([each.as_record() for each in ratios], indent=2), "utf-8")
    return path


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
