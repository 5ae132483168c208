"""Airflow: the only part of Arobase that imports it, and the composition root of the pipelines."""
