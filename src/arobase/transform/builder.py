"""dbt inside this process: a kept manifest, nothing written in the repository, failures in words.

Importing dbt takes seconds: it happens in the first build, not when this module is imported.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.metadata
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import structlog

from arobase.errors import TransformFailed
from arobase.landing import write_atomically
from arobase.settings import settings
from arobase.warehouse import MEMORY_LIMIT

SHOWN_ROWS = 5

QUIET = (
    "--no-send-anonymous-usage-stats",
    "--no-use-colors",
    "--no-print",
    "--no-write-json",
    "--no-partial-parse",
    "--log-level=none",
    "--log-level-file=none",
)

log = structlog.get_logger(__name__)


def project_fingerprint() -> str:
    """Return a hash of everything dbt reads, and of the dbt that reads it."""
    project = _project()
    digest = hashlib.sha256()
    for package in ("dbt-core", "dbt-duckdb", "duckdb"):
        digest.update(f"{package} {importlib.metadata.version(package)}\n".encode())
    for path in sorted(each for each in project.rglob("*") if _is_read_by_dbt(each)):
        digest.update(f"{path.relative_to(project)}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class Builder:
    """Runs `dbt build` on the warehouse. The caller holds the writer's lock."""

    def __init__(self) -> None:
        self._folder = settings().home / "dbt"

    def build(self, selection: Sequence[str], *, full: bool) -> int:
        """Build and test, and return the number of models built.

        Args:
            selection: dbt selectors; only tables are built, as the views are there already.
            full: build everything from nothing, views included.

        Raises:
            TransformFailed: a model or a data test failed.
        """
        self._configure()
        arguments = ["build", "--exclude-resource-type=unit_test", *self._places()]
        if full:
            arguments += ["--full-refresh"]
        else:
            arguments += ["--select", *selection, "--exclude", "config.materialized:view"]
        outcome = self._invoke(self._manifest(), arguments)
        return _models_built(outcome)

    def _configure(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        os.environ["AROBASE_DBT_WAREHOUSE"] = str(settings().warehouse)
        os.environ["AROBASE_DBT_MEMORY_LIMIT"] = MEMORY_LIMIT

    def _places(self) -> list[str]:
        return [
            f"--project-dir={_project()}",
            f"--profiles-dir={_project()}",
            f"--target-path={self._folder / 'target'}",
            f"--log-path={self._folder / 'logs'}",
        ]

    def _manifest(self) -> Any:
        """Return the parsed project: from the last parse of the same files, or parsed now.

        Read from its bytes each time, because a build writes into the object it is given.
        """
        parser = _dbt("dbt.parser.manifest")
        path = self._folder / f"manifest-{project_fingerprint()[:16]}.msgpack"
        if not path.exists():
            self._parse(path)
        manifest = parser.Manifest.from_msgpack(
            path.read_bytes(), decoder=parser.extended_mashumuro_decoder
        )
        manifest.build_flat_graph()
        return manifest

    def _parse(self, path: Path) -> None:
        outcome = self._invoke(None, ["parse", *self._places()])
        for older in self._folder.glob("manifest-*.msgpack"):
            older.unlink(missing_ok=True)
        encoder = _dbt("dbt.parser.manifest").extended_mashumaro_encoder
        write_atomically(path, outcome.result.to_msgpack(encoder))

    def _invoke(self, manifest: Any, arguments: list[str]) -> Any:
        runner = _dbt("dbt.cli.main").dbtRunner(manifest=manifest)
        try:
            outcome = runner.invoke([*QUIET, *arguments])
            if not outcome.success:
                raise TransformFailed(_explained(outcome))
        finally:
            _let_go()
        return outcome


def _dbt(module: str) -> Any:
    return importlib.import_module(module)


def _let_go() -> None:
    """Close the warehouse: dbt keeps its connections for a next command that never comes."""
    factory = _dbt("dbt.adapters.factory")
    factory.cleanup_connections()
    factory.reset_adapters()
    manager = _dbt("dbt.adapters.duckdb.connections").DuckDBConnectionManager
    if manager._ENV is not None:
        manager._ENV.close()
        manager._ENV = None


def _project() -> Path:
    return settings().project / "dbt_project"


def _is_read_by_dbt(path: Path) -> bool:
    return path.suffix in {".sql", ".yml", ".md", ".csv"} and path.is_file()


def _models_built(outcome: Any) -> int:
    built = [each for each in outcome.result.results if each.node.resource_type == "model"]
    for each in built:
        log.debug("model built", model=each.node.name, seconds=round(each.execution_time, 3))
    return len(built)


def _explained(outcome: Any) -> str:
    if outcome.result is None:
        return f"dbt stopped: {outcome.exception}"
    failed = [each for each in outcome.result.results if str(each.status) in {"error", "fail"}]
    return "\n".join(_failure(each) for each in failed) or f"dbt stopped: {outcome.exception}"


def _failure(result: Any) -> str:
    kind = "data test" if result.node.resource_type == "test" else str(result.node.resource_type)
    lines = [f"{kind} {result.node.name}: {str(result.message or '').strip()}"]
    if str(result.status) == "fail":
        lines += _failing_rows(result.node.compiled_code)
    return "\n".join(lines)


def _failing_rows(query: str) -> Iterable[str]:
    """Return the first rows a data test found, while dbt's own connection is still open."""
    manager = _dbt("dbt.adapters.duckdb.connections").DuckDBConnectionManager
    handle = manager.env().handle()
    try:
        cursor = handle.cursor().execute(f"select * from ({query}) limit {SHOWN_ROWS}")
        names = [column[0] for column in cursor.description]
        for row in cursor.fetchall():
            cells = zip(names, row, strict=True)
            yield "  " + ", ".join(f"{name}={value}" for name, value in cells)
    finally:
        handle.close()
