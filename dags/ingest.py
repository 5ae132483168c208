"""One DAG for each source we fetch. Runs at the source's cadence, many towns in each task."""

from typing import Any

from airflow.sdk import DAG, Param, TriggerRule, task

from arobase.catalog import Source
from arobase.orchestration import assets, flows


def ingest(source: Source) -> DAG:
    """Return the DAG of one source: pull each group of towns, then announce once what arrived."""
    with DAG(
        dag_id=f"ingest_{source.id}",
        schedule=flows.cadence(source),
        catchup=False,
        max_active_runs=1,
        default_args=flows.default_args(source.owner, minutes=30),
        params={
            "since": Param(None, type=["null", "string"], format="date", title="Depuis / Since"),
            "full": Param(False, type="boolean", title="Tout l'historique / All history"),
        },
        **flows.about(source),
    ) as dag:
        # One group at a time: the limit on a publisher's requests is kept inside a process.
        @task(max_active_tis_per_dagrun=1)
        def pull(city_ids: list[str], params: dict[str, Any]) -> dict[str, int]:
            from arobase.orchestration import connections, outcomes, steps

            with outcomes.airflow_outcomes():
                return steps.pull(
                    source.id,
                    city_ids,
                    since=params["since"],
                    full=params["full"],
                    secrets=connections.secret,
                )

        @task(outlets=[assets.raw(source.id)], trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS)
        def announce() -> None:
            """Say it once for the whole run: a town's outage neither blocks nor multiplies."""

        pull.expand(city_ids=flows.town_groups(source)) >> announce()
    return dag


for each in flows.pull_sources():
    globals()[f"ingest_{each.id}"] = ingest(each)
