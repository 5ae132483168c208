"""Descriptions of shared columns: one home in the catalogue, doc blocks for dbt made from it."""

from __future__ import annotations

from pathlib import Path

import yaml

from arobase.settings import settings


def column_docs(columns: Path) -> str:
    """Return the doc blocks that `models/_columns.md` must hold, from `catalog/columns.yml`."""
    described = yaml.safe_load(columns.read_text("utf-8"))
    blocks = [f"{{% docs {name} %}}\n{text}\n{{% enddocs %}}\n" for name, text in described.items()]
    return "\n".join(blocks)


def write_column_docs() -> Path:
    """Write `models/_columns.md` again, after `catalog/columns.yml` changed."""
    project = settings().project
    path = project / "dbt_project" / "models" / "_columns.md"
    path.write_text(column_docs(project / "catalog" / "columns.yml"), "utf-8")
    return path


if __name__ == "__main__":
    write_column_docs()
