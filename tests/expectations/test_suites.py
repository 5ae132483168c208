from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

from arobase.audit import MODELS
from expectations import SUITES

# Whether a table is well formed is dbt's to ask.
SHAPE_RULES = {
    "ExpectColumnValuesToBeUnique",
    "ExpectColumnValuesToNotBeNull",
    "ExpectColumnValuesToBeOfType",
    "ExpectColumnValuesToBeInTypeList",
    "ExpectColumnValuesToBeInSet",
    "ExpectColumnToExist",
    "ExpectCompoundColumnsToBeUnique",
    "ExpectTableColumnsToMatchSet",
    "ExpectTableColumnsToMatchOrderedList",
}


@pytest.fixture(scope="module")
def expectations(repository_catalog):
    built = [each for suite in SUITES.values() for each in suite(repository_catalog).expectations]
    assert len(built) >= 8
    return built


def test_every_audited_model_has_a_suite_of_its_name(repository_catalog):
    assert set(SUITES) == set(MODELS)
    for model, build in SUITES.items():
        assert import_module(f"expectations.{model}").suite is build
        assert build(repository_catalog).name == model


def test_no_suite_repeats_a_rule_of_dbt(expectations, repository):
    assert {type(each).__name__ for each in expectations} & SHAPE_RULES == set()
    named = {
        name.name
        for path in Path(repository, "expectations").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
    }
    assert named & SHAPE_RULES == set()


def test_every_expectation_has_a_severity_and_says_why_in_both_languages(expectations):
    for each in expectations:
        assert each.severity.value in {"critical", "warning", "info"}
        assert each.meta["why"]["fr"]
        assert each.meta["why"]["en"]
        assert each.meta["why"]["fr"] != each.meta["why"]["en"]


def test_rules_are_told_apart_by_name_and_severity(expectations):
    names = [(each.meta["rule"], each.severity.value) for each in expectations]

    assert len(set(names)) == len(names)


def test_each_indicators_range_is_given_its_own_reason_at_its_own_severity(
    expectations, repository_catalog
):
    reasons = {
        each.severity.value: each.meta["reasons"]
        for each in expectations
        if each.meta["rule"] == "plausible_range"
    }

    assert set(reasons) == {"critical", "warning"}
    for indicator in repository_catalog.indicators.values():
        plausible = indicator.plausible
        assert reasons[plausible.severity][indicator.id]["fr"] == plausible.why.fr
    assert sum(map(len, reasons.values())) == len(repository_catalog.indicators)
