"""Texts in French and English: gettext catalogues, compiled in memory when first used."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE_FOLDER = Path(__file__).parent / "locale"
LANGUAGES = ("fr", "en")


def read_catalogue(language: str) -> Catalog:
    """Read one `.po` file."""
    with (LOCALE_FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@cache
def _translations(language: str) -> GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one language. Translated at once: plotly's validators refuse lazy strings."""

    language: str

    def __call__(self, message: str, **values: object) -> str:
        """Return the message in this language, its `%(name)s` places filled."""
        text = _translations(self.language).gettext(message)
        return text % values if values else text

    def plural(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the form that fits `n`, its `%(name)s` places filled; `%(n)s` is the number."""
        text = _translations(self.language).ngettext(one, many, n)
        return text % {"n": n, **values}

    def pick(self, french: str | None, english: str | None) -> str:
        """Return the one of two catalogue texts that is in this language; French when missing."""
        chosen = english if self.language == "en" else french
        return chosen or french or ""
