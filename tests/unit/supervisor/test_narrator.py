"""On a plain output, what goes on is said once, in the language asked for."""

from __future__ import annotations

import io

from rich.console import Console

from arobase.catalog import Text
from arobase.supervisor.narrator import Narrator

PULLING = Text(fr="Relevés : 1/2", en="Pulls: 1/2")


def _narrator(language: str) -> tuple[Narrator, io.StringIO]:
    output = io.StringIO()
    return Narrator(language, Console(file=output)), output


def test_the_same_thing_is_said_once():
    narrator, output = _narrator("fr")

    for _ in range(3):
        narrator.doing(PULLING)

    assert output.getvalue() == "Relevés : 1/2\n"


def test_it_speaks_english_on_demand():
    narrator, output = _narrator("en")

    narrator.done(PULLING)

    assert output.getvalue() == "Pulls: 1/2\n"
