"""What every model keeps to, and facts that two files must agree on."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from arobase.transform.builder import Builder
from arobase.transform.columns import column_docs

HOURS = {"day": 24, "week": 168, "month": 744, "quarter": 2208, "year": 8784}
MEASURE = [
    "indicator_id",
    "city_id",
    "period_start",
    "period_end",
    "value",
    "numerator",
    "denominator",
    "origin",
    "is_provisional",
    "source_id",
    "as_of",
    "_batch_id",
]


@pytest.fixture(scope="module")
def project(repository: Path) -> Path:
    return repository / "dbt_project"


@pytest.fixture(scope="module")
def models(project: Path) -> dict[str, dict]:
    files = (yaml.safe_load(path.read_text()) for path in (project / "models").rglob("*.yml"))
    described = {each["name"]: each for file in files for each in file.get("models", ())}
    assert len(described) > 30
    return described


def test_every_model_is_described_and_every_description_has_a_model(project, models):
    assert set(models) == {path.stem for path in (project / "models").rglob("*.sql")}


def test_a_description_ends_with_the_grain(models):
    silent = [
        name
        for name, model in models.items()
        if not re.search(r"(^|\. )One row[^.]*\.\s*$", model["description"])
    ]

    assert silent == []


def test_each_indicator_has_its_model_and_its_line(project, repository_catalog):
    folder = project / "models" / "marts" / "indicators"
    found = {path.stem for path in folder.glob("ind_*.sql")}
    union = (folder / "indicator_values.sql").read_text()

    assert found == {each.model for each in repository_catalog.indicators.values()}
    for model in sorted(found):
        line = f"    ref('{model}'),"
        assert line in union, f"add to indicator_values.sql:\n{line}"


def test_every_indicator_returns_the_same_columns(models, repository_catalog):
    assert repository_catalog.indicators
    for indicator in repository_catalog.indicators.values():
        columns = [column["name"] for column in models[indicator.model]["columns"]]
        assert columns == MEASURE, indicator.id


def test_every_indicator_has_a_unit_test(project, repository_catalog):
    path = project / "models" / "marts" / "indicators" / "_indicators__models.yml"
    tested = {each["model"] for each in yaml.safe_load(path.read_text())["unit_tests"]}

    assert {each.model for each in repository_catalog.indicators.values()} <= tested


def test_columns_of_marts_are_typed_and_described(models, project):
    marts = {path.stem for path in (project / "models" / "marts").rglob("*.sql")}
    assert "indicator_values" in marts
    for name in sorted(marts):
        for column in models[name]["columns"]:
            assert column.get("data_type"), f"{name}.{column['name']}"
            assert column.get("description"), f"{name}.{column['name']}"


def test_doc_blocks_are_made_from_the_catalogue(project, repository):
    made = (project / "models" / "_columns.md").read_text()

    assert made == column_docs(repository / "catalog" / "columns.yml"), (
        "run: python -m arobase.transform.columns"
    )


def test_sources_of_dbt_are_the_catalogues_with_freshness_from_their_cadence(
    project, repository_catalog
):
    files = (project / "models" / "staging").rglob("_*__sources.yml")
    described = [yaml.safe_load(path.read_text())["sources"][0] for path in files]
    told = {
        each["name"]: (
            {table["name"] for table in each["tables"]},
            each["config"]["freshness"]["warn_after"],
        )
        for each in described
        if each["name"] not in {"raw", "catalog"}
    }

    assert told == {
        source.id: (
            {f"{source.id}__{stream}" for stream in source.streams},
            {
                "count": HOURS[source.cadence.every] + source.cadence.grace_hours,
                "period": "hour",
            },
        )
        for source in repository_catalog.sources.values()
    }


def test_marts_read_no_source_and_staging_reads_no_mart(project):
    marts = list((project / "models" / "marts").rglob("*.sql"))
    staging = list((project / "models" / "staging").rglob("*.sql"))
    assert marts
    assert staging

    assert [path.name for path in marts if "source(" in path.read_text()] == []
    for path in staging:
        read = set(re.findall(r"ref\('(\w+)'\)", path.read_text()))
        assert read <= {"stg_catalog__cities"}, path.name


def test_the_project_is_no_python_package(project):
    # dbt imports every module of the path whose name begins with `dbt_`.
    assert list(project.rglob("__init__.py")) == []


def test_pages_are_exposures(project):
    content = yaml.safe_load((project / "models" / "marts" / "_exposures.yml").read_text())

    assert {each["name"] for each in content["exposures"]} == {
        "overview",
        "indicator_sheet",
        "quality",
    }


def test_every_formula_holds_at_its_boundaries(transformed_home):
    builder = Builder()
    builder._configure()

    arguments = ["test", "--select", "test_type:unit", *builder._places()]
    outcome = builder._invoke(builder._manifest(), arguments)

    assert len(outcome.result.results) > 30


def test_sql_is_written_one_way(repository):
    answer = subprocess.run(
        [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", "dbt_project"],
        cwd=repository,
        capture_output=True,
        text=True,
        check=False,
    )

    assert answer.returncode == 0, answer.stdout


def test_nothing_is_written_in_the_project(project, transformed_home):
    assert not (project / "target").exists()
    assert not (project / "logs").exists()
    assert list((transformed_home / "dbt").glob("manifest-*.msgpack"))
