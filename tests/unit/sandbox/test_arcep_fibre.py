from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any

import pytest

from arobase.sandbox.arcep_fibre import Quarter, published

LISTING = "/arcep_fibre/fixe/maconnexioninternet/statistiques/"


def table(visitor: Any, quarter: str) -> dict[str, dict[str, str]]:
    answer = visitor.get(f"{LISTING}{quarter}/commune/commune_techno.csv")
    lines = csv.DictReader(answer.content.decode().splitlines(), delimiter=";")
    return {line["code_insee"]: line for line in lines}


def fibre(visitor: Any, quarter: str, code: str = "94016") -> tuple[int, int]:
    line = table(visitor, quarter)[code]
    return int(line["elig_ftth"]), int(line["nbr"])


def test_cachan_has_12424_premises_of_13078_in_the_starting_quarter_and_the_next(
    at: Callable[..., Any],
) -> None:
    later = at(datetime(2020, 12, 20, tzinfo=UTC))

    assert fibre(later, "2020_T2") == fibre(later, "2020_T3") == (12424, 13078)


def test_a_quarter_appears_ten_weeks_after_its_end(sandbox: Any) -> None:
    assert [one.name for one in published(date(2020, 9, 7))] == ["2019_T4", "2020_T1"]
    assert published(date(2020, 9, 8))[-1] == Quarter(2020, 2)
    assert 'href="2020_T2/"' in sandbox.get(LISTING).text
    assert 'href="2020_T3/"' not in sandbox.get(LISTING).text
    assert sandbox.get(f"{LISTING}2020_T3/commune/commune_techno.csv").status_code == 404


def test_last_is_the_newest_quarter(sandbox: Any) -> None:
    assert table(sandbox, "last") == table(sandbox, "2020_T2")


def test_the_first_quarter_lacks_the_file(sandbox: Any) -> None:
    assert sandbox.get(f"{LISTING}2019_T4/commune/commune_techno.csv").status_code == 404


def test_a_column_was_misspelled_until_2021(at: Callable[..., Any]) -> None:
    visitor = at(datetime(2026, 11, 1, tzinfo=UTC))

    assert "elig_4fg" in table(visitor, "2020_T4")["94016"]
    assert "elig_4gf" in table(visitor, "2021_T1")["94016"]


def test_every_commune_of_the_region_is_there_with_codes_as_text(at: Callable[..., Any]) -> None:
    lines = table(at(datetime(2026, 11, 1, tzinfo=UTC)), "2026_T2")

    assert {"75056", "94016", "92049", "94991", "91992"} <= set(lines)
    assert "75101" not in lines
    assert len(lines) > 1260
    assert {line["date"] for line in lines.values()} == {"2026-06-30"}
    assert all(int(line["elig_ftth"]) <= int(line["nbr"]) for line in lines.values())


@pytest.mark.parametrize("code", ["94016", "92049", "94991", "91992", "94003"])
def test_fibre_never_goes_backwards(at: Callable[..., Any], code: str) -> None:
    visitor = at(datetime(2026, 11, 1, tzinfo=UTC))
    names = [one.name for one in published(date(2026, 11, 1))][1:]

    shares = [
        eligible / premises for eligible, premises in (fibre(visitor, n, code) for n in names)
    ]

    assert all(after >= before - 1e-4 for before, after in pairwise(shares))
    assert shares[-1] > 0.9


def test_copper_breaks_in_the_second_quarter_of_2026(at: Callable[..., Any]) -> None:
    visitor = at(datetime(2026, 11, 1, tzinfo=UTC))

    def without_copper(quarter: str) -> int:
        return sum(line["elig_cu"] == "0" for line in table(visitor, quarter).values())

    assert without_copper("2026_T1") == 0
    assert without_copper("2026_T2") > 700
