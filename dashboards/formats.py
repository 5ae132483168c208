"""Numbers, dates and units as a French or English reader expects them; nowhere else."""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import NumberPattern

NARROW_SPACE = "\u202f"
NO_BREAK_SPACE = "\u00a0"
MINUS = "\u2212"
LOCALES = {"fr": Locale.parse("fr_FR"), "en": Locale.parse("en_GB")}
PARIS = ZoneInfo("Europe/Paris")


@dataclass(frozen=True, slots=True)
class Formats:
    """Formats of one language. Values are as published: percent from 0 to 100, delays in hours."""

    language: str

    @property
    def locale(self) -> Locale:
        """Babel's locale of this language."""
        return LOCALES[self.language]

    def number(self, value: float, decimals: int = 0) -> str:
        """Write a number with at most `decimals` decimals."""
        return self._written(self.locale.decimal_formats[None], _exact(value), decimals)

    def percent(self, value: float, decimals: int = 0) -> str:
        """Write a share given from 0 to 100."""
        return self._written(self.locale.percent_formats[None], _exact(value) / 100, decimals)

    def hours(self, value: float, decimals: int = 0) -> str:
        """Write a delay given in hours; under one hour, in minutes."""
        if 0 < value < 1:
            return self.number(value * 60) + NARROW_SPACE + "min"
        return self.number(value, decimals) + NARROW_SPACE + "h"

    def measure(self, value: float, unit: str, decimals: int = 0) -> str:
        """Write a value with the sign of its unit."""
        if unit == "percent":
            return self.percent(value, decimals)
        if unit == "hours":
            return self.hours(value, decimals)
        if unit == "arobases":
            return self.number(value) + NARROW_SPACE + "@"
        return self.number(value, decimals)

    def signed(self, value: float, decimals: int = 0) -> str:
        """Write a difference with its sign, plus included."""
        written = self.number(value, decimals)
        return written if written.startswith(MINUS) or written == "0" else "+" + written

    def signed_percent(self, value: float, decimals: int = 1) -> str:
        """Write a relative difference, given from 0 to 100, with its sign."""
        written = self.percent(value, decimals)
        return written if written.startswith((MINUS, "0" + NO_BREAK_SPACE)) else "+" + written

    def day(self, value: date) -> str:
        """Write a date in full: 1er octobre 2020."""
        return _first_of_month(format_date(value, "long", self.locale), self.language)

    def short_day(self, value: date) -> str:
        """Write a date in short: 1er oct. 2020."""
        return _first_of_month(format_date(value, "d MMM y", self.locale), self.language)

    def month(self, value: date) -> str:
        """Write a month and its year: octobre 2020."""
        return format_date(value, "LLLL y", self.locale)

    def short_month(self, value: date) -> str:
        """Write a month and its year in short: oct. 2020."""
        return format_date(value, "LLL y", self.locale)

    def quarter(self, value: date) -> str:
        """Write a quarter and its year: T2 2020."""
        return format_date(value, "QQQ y", self.locale)

    def moment(self, value: datetime, zone: tzinfo = PARIS) -> str:
        """Write an instant in a town's time zone."""
        local = (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(zone)
        clock = format_datetime(local, "HH:mm", locale=self.locale)
        return self.short_day(local.date()) + ", " + clock

    def quoted(self, text: str) -> str:
        """Give text that people typed the spaces that do not break beside its numbers."""
        text = re.sub(r"(?<=\d) (?=\d{3}(?!\d))", NARROW_SPACE, text)
        return re.sub(r"(?<=\d) (?=[%€])", NO_BREAK_SPACE, text)

    def _written(self, pattern: NumberPattern, value: Decimal, decimals: int) -> str:
        own = copy(pattern)
        own.frac_prec = (0, decimals)
        return str(own.apply(value, self.locale)).replace("-", MINUS)


def _exact(value: float) -> Decimal:
    return Decimal(repr(float(value)))


def _first_of_month(written: str, language: str) -> str:
    return re.sub(r"^1 ", "1er ", written) if language == "fr" else written
