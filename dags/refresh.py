"""From what landed to what is shown. Runs when anything landed, and looks once a minute anyway."""

from pathlib import Path
from typing import Any

from airflow.sdk import DAG, AssetOrTimeSchedule, Param, task

from arobase.orchestration import assets, flows

with DAG(
    dag_id="refresh",
    dag_display_name="Mise à jour des chiffres",
    description="Load, transform, audit, publish",
    doc_md=Path(__file__).with_suffix(".md").read_text(encoding="utf-8"),
    schedule=AssetOrTimeSchedule(assets=assets.anything_landed(), timetable=flows.EVERY_MINUTE),
    catchup=False,
    max_active_runs=1,
    default_args={**flows.default_args(flows.keeper(), minutes=60), "pool": flows.WRITER_POOL},
    owner_links=flows.link(flows.keeper()),
    tags=["refresh", "marts"],
    params={"full": Param(False, type="boolean", title="Tout reconstruire / Rebuild everything")},
):

    @task
    def build(*, params: dict[str, Any], run_id: str) -> dict[str, Any]:
        """Load and transform whatever is above the marks; skip when nothing is."""
        from arobase.orchestration import outcomes, steps

        with outcomes.airflow_outcomes():
            return steps.build(anyway=run_id.startswith("manual"), full=params["full"])

    @task
    def audit(*, params: dict[str, Any]) -> dict[str, Any]:
        """Judge the figures that changed."""
        from arobase.orchestration import outcomes, steps

        with outcomes.airflow_outcomes():
            return steps.audit(full=params["full"])

    @task(outlets=[assets.PUBLISHED])
    def publish(*, params: dict[str, Any]) -> dict[str, Any]:
        """Show the figures that hold."""
        from arobase.orchestration import outcomes, steps

        with outcomes.airflow_outcomes():
            return steps.publish(full=params["full"])

    build() >> audit() >> publish()
