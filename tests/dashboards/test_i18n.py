import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from dashboards.i18n import LANGUAGES, Texts, read_catalogue

FOLDER = Path(__file__).parents[2] / "dashboards"
KEYWORDS = {"t": None, "plural": (1, 2)}
PLACES = re.compile(r"%\((\w+)\)s")


def used_messages() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(FOLDER, [("**.py", "python")], {}, KEYWORDS)
    return {message for _, _, message, _, _ in found}


def test_texts_are_found_in_the_code() -> None:
    assert {"Overview", "Data quality"} <= used_messages()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_is_missing_and_none_is_left_over(language: str) -> None:
    entries = {each.id: each.string for each in read_catalogue(language) if each.id}

    assert used_messages() == entries.keys()
    for message, text in entries.items():
        assert all(text) if isinstance(text, tuple) else text, f"{message!r} has no {language} text"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_keeps_the_places_to_fill(language: str) -> None:
    for each in read_catalogue(language):
        forms = zip(_forms(each.id), _forms(each.string), strict=True)
        for message, text in forms:
            assert set(PLACES.findall(message)) == set(PLACES.findall(text)), message


def test_a_plural_follows_its_language() -> None:
    one, many = "%(n)s point to watch.", "%(n)s points to watch."

    assert Texts("fr").plural(one, many, 0) == "0 point est à surveiller."
    assert Texts("en").plural(one, many, 0) == "0 points to watch."


def _forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)
