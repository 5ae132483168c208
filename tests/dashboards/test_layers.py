"""Rules that keep each layer of the dashboard to its part."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "dashboards"
MODULES = sorted(FOLDER.rglob("*.py"))
WITHOUT_DASH = (
    "view_models",
    "formats.py",
    "i18n.py",
    "state.py",
    "queries.py",
    "theme.py",
    "figures",
)
LAYOUTS = [path for path in MODULES if path.parent.name in {"pages", "components", "figures"}]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def named(path: Path) -> str:
    return str(path.relative_to(FOLDER))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_stays_short(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_a_module_imports_only_what_its_layer_may(path: Path) -> None:
    modules = set(imported(path))

    if named(path).startswith(WITHOUT_DASH):
        assert not {name for name in modules if name.startswith("dash.") or name == "dash"}
        assert not {name for name in modules if name.startswith("dash_mantine")}
    if path.parent.name in {"components", "figures", "pages"}:
        assert "dashboards.queries" not in modules
    assert not {name for name in modules if name.startswith("duckdb")}, "ask arobase.published"


def test_layouts_are_found() -> None:
    assert len(LAYOUTS) > 8


@pytest.mark.parametrize("path", LAYOUTS, ids=named)
def test_no_number_is_formatted_in_a_layout(path: Path) -> None:
    formatted = [
        ast.unparse(node)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None
    ]
    allowed = formatted if path.name == "sparkline.py" else []  # coordinates of a drawing, not text

    assert formatted == allowed, "numbers are written by dashboards.formats"


def test_no_statement_is_put_together_from_values() -> None:
    tree = ast.parse((FOLDER / "queries.py").read_text())

    assert not [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
