"""The headline figures of a town as a table for a terminal."""

from __future__ import annotations

from collections import Counter
from datetime import date

from rich.table import Table

from arobase.catalog import Catalog, City, Text
from arobase.published import Reader
from arobase.published.figures import ClaimRow, Headline
from dashboards.formats import Formats

TRUST = {
    "confirmed": Text(fr="confirmé", en="confirmed"),
    "check": Text(fr="à vérifier", en="to be checked"),
    "stale": Text(fr="ancien", en="out of date"),
    "declared": Text(fr="déclaré", en="declared"),
    "none": Text(fr="sans valeur", en="no value"),
}
COLUMNS = (
    Text(fr="Indicateur", en="Indicator"),
    Text(fr="Valeur", en="Value"),
    Text(fr="Au", en="As of"),
    Text(fr="Confiance", en="Trust"),
    Text(fr="Ce qu'un document en disait", en="What a document said"),
)
TITLE = Text(fr="{name}, au {day}", en="{name}, on {day}")
NOTHING = Text(fr="pas de valeur", en="no value")


def remembered_day(catalog: Catalog, city: City) -> date | None:
    """Return the day on which most of a town's printed figures were said; None when none was."""
    days = Counter(claim.said_on for _, claim in catalog.claims() if claim.city == city.id)
    return max(days, key=lambda day: (days[day], day)) if days else None


def table(catalog: Catalog, city: City, reader: Reader, on: date, language: str) -> Table:
    """Return a town's headline figures as known on a day."""
    formats = Formats(language)
    title = TITLE.in_language(language).format(name=city.name, day=formats.day(on))
    shown = Table(*(each.in_language(language) for each in COLUMNS), title=title)
    shown.columns[1].justify = "right"
    for headline in reader.headlines(city.id, on):
        shown.add_row(*_cells(catalog, headline, on, formats))
    return shown


def _cells(catalog: Catalog, headline: Headline, on: date, formats: Formats) -> list[str]:
    indicator = catalog.indicators[headline.indicator_id]
    language, unit = formats.language, indicator.unit.value
    measured = headline.figure is not None and headline.value is not None
    return [
        indicator.short_title.in_language(language),
        formats.measure(headline.value or 0.0, unit, indicator.decimals)
        if measured
        else NOTHING.in_language(language),
        formats.short_day(headline.figure.period_end) if headline.figure else "",
        TRUST[headline.trust].in_language(language),
        _said(headline.claims, on, formats, unit, indicator.decimals),
    ]


def _said(
    claims: tuple[ClaimRow, ...], on: date, formats: Formats, unit: str, decimals: int
) -> str:
    """Return the last claim made by that day: its figure and when."""
    made = [claim for claim in claims if claim.said_on <= on]
    if not made:
        return ""
    last = max(made, key=lambda claim: claim.said_on)
    figure = formats.measure(last.claimed_value, unit, decimals)
    return f"{figure} ({formats.short_day(last.said_on)})"
