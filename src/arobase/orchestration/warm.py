"""Does what every task would do again before its own work. Imported once, by what forks the tasks.

It opens nothing: neither a database nor a thread may cross a fork.
"""

from __future__ import annotations

import gc
import importlib

TASK_MODULES = (
    "airflow.sdk.execution_time.task_runner",
    "dbt.cli.main",
    "dbt.task.build",
    "dbt.adapters.duckdb",
    "dbt.adapters.duckdb.environments.local",
    "babel.dates",
    "expectations",
    "arobase.audit.gx_duckdb",
    "arobase.pipeline",
    "arobase.orchestration.connections",
    "arobase.orchestration.outcomes",
    "arobase.orchestration.steps",
)
"""What the tasks of every day import inside their bodies, and what that brings."""

DBT_CONTRACTS = {
    "dbt.contracts.project": ("Configuration", "PackageConfig", "Project", "ProjectFlags"),
    "dbt.contracts.selection": ("SelectorFile",),
    "dbt.adapters.duckdb.credentials": ("DuckDBCredentials",),
}
"""What dbt validates at each start; it derives their schemas once a process, for half a second."""

for name in TASK_MODULES:
    importlib.import_module(name)

for name, contracts in DBT_CONTRACTS.items():
    for contract in contracts:
        getattr(importlib.import_module(name), contract).json_schema()

# What is here stays for ever: collections in the tasks need not look at it, nor copy its pages.
gc.freeze()
