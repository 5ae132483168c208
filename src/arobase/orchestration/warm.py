"""Imports everything a task will need. Importing this module is all it does; it opens nothing."""

from __future__ import annotations

import importlib

TASK_MODULES = (
    "airflow.sdk.execution_time.task_runner",
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "expectations",
    "arobase.audit.gx_duckdb",
    "arobase.pipeline",
    "arobase.orchestration.connections",
    "arobase.orchestration.outcomes",
    "arobase.orchestration.steps",
)
"""What the tasks of every day import inside their bodies, and what that brings."""

for name in TASK_MODULES:
    importlib.import_module(name)
