"""Every flow is there, says what it is in two languages, and is cheap to parse."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from arobase.catalog import Arrival, Catalog, catalog
from arobase.orchestration.outcomes import Patience
from arobase.settings import settings

HEAVY = {"dbt", "duckdb", "great_expectations", "pandas", "numpy", "dash", "plotly"}
DAGS = Path(__file__).parents[2] / "dags"
LONGEST_FILE = 60


@pytest.fixture(scope="module")
def bag() -> DagBag:
    found = DagBag(str(DAGS))
    assert found.dags, "an empty bag proves nothing"
    return found


@pytest.fixture(scope="module")
def dags(bag: DagBag) -> list[DAG]:
    return list(bag.dags.values())


def test_no_file_fails_to_import(bag: DagBag):
    assert bag.import_errors == {}


def test_there_is_a_flow_for_each_source_we_fetch_and_two_more(
    bag: DagBag, repository_catalog: Catalog
):
    pulled = {
        f"ingest_{source.id}"
        for source in repository_catalog.sources.values()
        if source.arrival is Arrival.pull
    }

    assert pulled
    assert bag.dags.keys() == pulled | {"inbox", "refresh"}


def test_every_flow_explains_itself_in_french_then_in_english(dags: list[DAG]):
    for dag in dags:
        french, separator, english = (dag.doc_md or "").partition("\n---\n")

        assert separator, f"{dag.dag_id}: doc_md has no second language after ---"
        assert len(french.strip()) > 60, dag.dag_id
        assert len(english.strip()) > 60, dag.dag_id
        assert dag.dag_display_name != dag.dag_id
        assert dag.description


def test_every_flow_has_an_owner_to_write_to_and_a_few_tags(dags: list[DAG]):
    for dag in dags:
        assert 1 <= len(dag.tags) <= 6, dag.dag_id
        assert dag.owner in dag.owner_links, dag.dag_id
        assert re.fullmatch(r"mailto:\S+@\S+", dag.owner_links[dag.owner]), dag.dag_id


def test_every_task_is_tried_again_waits_longer_each_time_and_ends(dags: list[DAG]):
    for task in (task for dag in dags for task in dag.tasks):
        assert task.retries >= 2, task
        assert isinstance(task.retry_policy, Patience), task
        assert task.execution_timeout, task


def test_no_flow_makes_up_for_lost_time_nor_runs_twice_at_once(dags: list[DAG]):
    for dag in dags:
        assert dag.catchup is False, dag.dag_id
        assert dag.max_active_runs == 1, dag.dag_id


def test_an_event_is_four_tasks_away_from_its_figure_at_most(bag: DagBag):
    tasks = [task for name in ("inbox", "refresh") for task in bag.dags[name].tasks]

    assert [task.task_id for task in tasks] == ["claim", "build", "audit", "publish"]


def test_only_the_tasks_that_open_the_warehouse_take_turns(dags: list[DAG]):
    for dag in dags:
        expected = "warehouse_writer" if dag.dag_id == "refresh" else "default_pool"
        assert {task.pool for task in dag.tasks} == {expected}, dag.dag_id


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.name)
def test_a_file_of_flows_is_wiring_only(path: Path):
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text)))

    assert len(text.splitlines()) <= LONGEST_FILE
    assert not [node for node in nodes if isinstance(node, ast.If | ast.While | ast.Try)]


@pytest.fixture
def two_hundred_towns(
    tmp_path: Path, repository: Path, monkeypatch: pytest.MonkeyPatch, home: Path
) -> Path:
    """A catalogue folder that adds two hundred towns, each with every source."""
    cities = tmp_path / "more" / "cities"
    cities.mkdir(parents=True)
    model = yaml.safe_load((repository / "catalog/cities/cachan.yml").read_text(encoding="utf-8"))
    for number in range(200):
        town = {**model, "id": f"town_{number}", "insee_code": f"{10_000 + number}"}
        (cities / f"town_{number}.yml").write_text(yaml.safe_dump(town), encoding="utf-8")
    monkeypatch.setenv("AROBASE_CATALOG", f"{repository / 'catalog'}:{tmp_path / 'more'}")
    settings.cache_clear()
    catalog.cache_clear()
    return cities


def test_two_hundred_towns_are_few_tasks(two_hundred_towns: Path):
    bag = DagBag(str(DAGS))
    pull = bag.dags["ingest_facebook_page"].get_task("pull")

    groups = pull.op_kwargs_expand_input.value["city_ids"]

    assert len([town for group in groups for town in group]) >= 200
    assert len(groups) <= 5
    assert sum(len(dag.tasks) for dag in bag.dags.values()) < 30


def test_two_hundred_towns_are_parsed_in_less_than_two_seconds_more_than_none(
    two_hundred_towns: Path, tmp_path: Path
):
    empty = tmp_path / "empty"
    empty.mkdir()
    full = shutil.copytree(DAGS, tmp_path / "dags")

    spent = min(_parsed_in(full) for _ in range(3)) - min(_parsed_in(empty) for _ in range(3))

    assert len(catalog().cities) >= 200
    assert spent < 2


def test_parsing_reads_each_catalogue_file_once(
    two_hundred_towns: Path, monkeypatch: pytest.MonkeyPatch
):
    reads = _counted(monkeypatch, Path, "read_bytes")

    assert DagBag(str(DAGS)).dags

    assert 200 <= len(reads) < 400


def test_parsing_imports_nothing_heavy():
    code = (
        "import sys; import airflow.dag_processing.dagbag as d; before = set(sys.modules);"
        f"bag = d.DagBag({str(DAGS)!r}); assert len(bag.dags) > 2, bag.import_errors;"
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert not HEAVY & set(answer.stdout.splitlines()[-1].split())


def _parsed_in(folder: Path) -> float:
    catalog.cache_clear()
    began = time.perf_counter()
    DagBag(str(folder))
    return time.perf_counter() - began


def _counted(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> list[object]:
    calls: list[object] = []
    original: Callable[[object], object] = getattr(owner, name)

    def counted(self: object) -> object:
        calls.append(self)
        return original(self)

    monkeypatch.setattr(owner, name, counted)
    return calls
