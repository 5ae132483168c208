"""Gives Airflow a home to throw away. Import before anything of Airflow: it makes its home when imported."""

from __future__ import annotations

import os
import tempfile

HOME = tempfile.TemporaryDirectory(prefix="arobase-airflow-", ignore_cleanup_errors=True)
os.environ.setdefault("AIRFLOW_HOME", HOME.name)
os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
