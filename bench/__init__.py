"""Repeatable measurements: each a ratio against a floor of the same run, never a time alone."""

from pathlib import Path

DAGS = Path(__file__).resolve().parent / "dags"
"""Flows that only measurements run."""
