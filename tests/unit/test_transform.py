from __future__ import annotations

import json
from pathlib import Path

from arobase.catalog import Catalog
from arobase.settings import settings
from arobase.transform.builder import project_fingerprint
from arobase.transform.catalog_tables import catalog_rows, write_catalog
from arobase.transform.columns import column_docs
from arobase.warehouse import writer


def test_rows_of_the_catalogue_fill_every_column_of_its_tables(home, repository_catalog: Catalog):
    rows = catalog_rows(repository_catalog)

    with writer() as connection:
        columns = dict(
            connection.execute(
                "select table_name, list(column_name) from duckdb_columns()"
                " where schema_name = 'catalog' group by table_name"
            ).fetchall()
        )
    assert rows.keys() == columns.keys() - {"clock"}
    for table, content in rows.items():
        assert content, table
        assert set(content[0]) == set(columns[table]), table


def test_writing_the_catalogue_again_replaces_it(home, repository_catalog: Catalog):
    rows = catalog_rows(repository_catalog)

    with writer() as connection:
        write_catalog(connection, rows)
        write_catalog(connection, rows)
        kept = connection.execute(
            "select insee_code from catalog.cities where city_id = 'cachan'"
        ).fetchall()
        caveats = connection.execute(
            "select len(caveats_fr) from catalog.indicators where indicator_id = 'open_datasets'"
        ).fetchall()

    assert kept == [("94016",)]
    assert caveats == [(len(repository_catalog.indicators["open_datasets"].caveats),)]


def test_an_indicators_history_keeps_its_versions(repository_catalog: Catalog):
    rows = catalog_rows(repository_catalog)["indicators"]

    assert [json.loads(row["history"])[-1]["version"] for row in rows] == [
        row["definition_version"] for row in rows
    ]


def test_the_fingerprint_changes_with_the_sql(home, tmp_path, monkeypatch):
    project = tmp_path / "project" / "dbt_project"
    (project / "models").mkdir(parents=True)
    model = project / "models" / "one.sql"
    model.write_text("select 1")
    monkeypatch.setenv("AROBASE_PROJECT", str(project.parent))
    settings.cache_clear()
    before = project_fingerprint()

    (project / "models" / "notes.txt").write_text("dbt does not read this")
    assert project_fingerprint() == before

    model.write_text("select 2")
    assert project_fingerprint() != before


def test_a_doc_block_per_column(tmp_path: Path):
    columns = tmp_path / "columns.yml"
    columns.write_text("city_id: Identifier of the town.\nvalue: The figure.\n")

    assert column_docs(columns) == (
        "{% docs city_id %}\nIdentifier of the town.\n{% enddocs %}\n\n"
        "{% docs value %}\nThe figure.\n{% enddocs %}\n"
    )
