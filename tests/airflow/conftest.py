"""The shared Airflow, under the name these tests know."""

from tests.airflow_fixture import airflow

__all__ = ["airflow"]
