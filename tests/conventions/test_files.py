"""What every file of the repository keeps to."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

CODE = ("src", "dags", "dashboards", "expectations", "bench", "docs")
MOST_LINES = 400
LONGEST_BODY = 50
VAGUE_NAMES = {"utils", "helpers", "common", "misc", "base_utils"}
UNFINISHED = re.compile(r"\b(NotImplementedError|TODO|FIXME|XXX)\b")
# Written apart so that this file does not hold what it looks for.
FOREIGN = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "python" + "hosted",
            "registry" + r"\.npmjs",
            "/roo" + "t/",
            "/wor" + "k/",
        ]
    )
)


def _tracked(repository: Path, *patterns: str) -> list[Path]:
    answer = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    )
    return [
        repository / line for line in answer.stdout.splitlines() if (repository / line).is_file()
    ]


@pytest.fixture(scope="module")
def code(repository: Path) -> list[Path]:
    files = [
        path
        for path in _tracked(repository, "*.py")
        if path.relative_to(repository).parts[0] in CODE
    ]
    assert len(files) > 20
    return files


def test_no_module_is_too_long(code, repository):
    long = {str(path.relative_to(repository)): len(path.read_text().splitlines()) for path in code}

    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def _functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(), str(path))
    yield from (
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_are_short(code, repository):
    bodies = {
        f"{path.relative_to(repository)}:{function.lineno} {function.name}": _body_lines(function)
        for path in code
        for function in _functions(path)
    }
    lengths = sorted(bodies.values())

    assert {name: lines for name, lines in bodies.items() if lines > LONGEST_BODY} == {}
    assert lengths[len(lengths) // 2] <= 8
    assert lengths[len(lengths) * 9 // 10] <= 25


def test_no_module_has_a_vague_name(code):
    assert [path for path in code if path.stem in VAGUE_NAMES] == []


def test_nothing_is_left_unfinished(code):
    assert [path for path in code if UNFINISHED.search(path.read_text())] == []


def test_no_file_names_a_registry_or_a_machine(repository):
    files = _tracked(repository)
    assert len(files) > 100
    texts = [
        path
        for path in files
        if path.suffix not in {".png", ".gz", ".xlsx", ".zip", ".ico", ".woff2"}
    ]

    assert [
        str(path.relative_to(repository))
        for path in texts
        if FOREIGN.search(path.read_text("utf-8", "replace"))
    ] == []


def test_no_broad_except(code):
    broad = [
        f"{path}:{node.lineno}"
        for path in code
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    ]

    assert broad == []


def test_the_dbt_project_is_no_python_package(repository):
    assert (repository / "dbt_project" / "dbt_project.yml").is_file()
    assert list((repository / "dbt_project").rglob("__init__.py")) == []
    assert list((repository / "dags").glob("dbt_*.py")) == []


def test_dag_files_only_wire(repository):
    files = sorted((repository / "dags").glob("*.py"))
    assert files

    assert {
        path.name: len(path.read_text().splitlines())
        for path in files
        if len(path.read_text().splitlines()) > 90
    } == {}
