"""Read by every Airflow process at its start; warms up the scheduler, whose forks run the tasks.

dbt, Great Expectations and what they bring take 8 s to import and would be imported by each task.
No DuckDB connection may be opened here: one must not cross a fork.
"""

import sys

__all__: list[str] = []

if "scheduler" in sys.argv[1:2]:
    import arobase.orchestration.warm  # noqa: F401
