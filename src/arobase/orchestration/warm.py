"""Imports everything a task will need. Importing this module is all it does; it opens nothing."""

from __future__ import annotations

import importlib

TASK_MODULES = (
    "pandas",
    "sqlalchemy",
    "duckdb",
    "dbt.cli.main",
    "dbt.adapters.duckdb",
    "great_expectations",
    "expectations",
    "airflow.sdk.execution_time.task_runner",
    "arobase.connectors.registry",
    "arobase.ingest",
    "arobase.inbox",
    "arobase.load",
    "arobase.transform",
    "arobase.audit",
    "arobase.publish",
    "arobase.orchestration.steps",
)
"""In the order of the pipeline; each is imported by some task of every day."""

for name in TASK_MODULES:
    importlib.import_module(name)
