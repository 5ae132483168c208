"""Lands dropped files. Runs when the watcher sees markers, and looks by itself once a minute."""

from pathlib import Path

from airflow.sdk import DAG, AssetOrTimeSchedule, task
from airflow.sdk.execution_time.context import OutletEventAccessors

from arobase.orchestration import assets, flows

with DAG(
    dag_id="inbox",
    dag_display_name="Réception des fichiers déposés",
    description="Lands dropped files",
    doc_md=Path(__file__).with_suffix(".md").read_text(encoding="utf-8"),
    schedule=AssetOrTimeSchedule(assets=assets.inbox(), timetable=flows.EVERY_MINUTE),
    catchup=False,
    max_active_runs=1,
    default_args=flows.default_args(flows.keeper(), minutes=15),
    owner_links=flows.link(flows.keeper()),
    tags=["inbox", "raw"],
):

    @task(outlets=[assets.DROPPED])
    def claim(*, outlet_events: OutletEventAccessors) -> list[str]:
        """Land what is ready, and announce the sources it belongs to."""
        from arobase.orchestration import outcomes, steps

        with outcomes.airflow_outcomes():
            sources = steps.claim()
        for source_id in sources:
            outlet_events[assets.DROPPED].add(assets.raw(source_id))
        return sources

    claim()
