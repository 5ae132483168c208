"""How a figure moved, and whether that is favourable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from arobase.published import Row
from dashboards.view_models.context import Context
from dashboards.view_models.periods import month_before, reference_name, year_before
from dashboards.view_models.words import Tone

NEUTRAL_BAND = 0.005
"""A relative move smaller than this is called stable."""

Verdict = Literal["favourable", "unfavourable", "stable", "none"]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference with an earlier value, ready to read."""

    icon: str
    text: str
    verdict: Verdict
    word: str
    tone: Tone


def change(
    context: Context, indicator: Row, rows: list[Row], value: float, end: date
) -> Change | None:
    """Compare a value with that of a year earlier, else of an earlier month; None without any."""
    reference = year_before(rows, end) or month_before(rows, end)
    if reference is None:
        return None
    against = reference_name(context, indicator, reference["period_start"], reference["period_end"])
    return compared(context, indicator, value, float(reference["value"]), against)


def compared(context: Context, indicator: Row, value: float, former: float, against: str) -> Change:
    """Compare two values in words."""
    difference = value - former
    verdict = verdict_of(indicator["direction"], value, former)
    icon = "flat" if verdict == "stable" else "up" if difference > 0 else "down"
    moved = _difference(context, indicator, value, former)
    text = context.t("%(difference)s since %(reference)s", difference=moved, reference=against)
    return Change(icon, text, verdict, _word(context, verdict, difference), _tone(verdict))


def verdict_of(direction: str, value: float, former: float) -> Verdict:
    """Judge a move by the direction that is favourable."""
    difference = value - former
    if abs(difference) <= NEUTRAL_BAND * max(abs(former), abs(value)):
        return "stable"
    if direction not in ("up", "down"):
        return "none"
    return "favourable" if (difference > 0) == (direction == "up") else "unfavourable"


def _difference(context: Context, indicator: Row, value: float, former: float) -> str:
    formats, difference = context.formats, value - former
    if indicator["unit"] == "percent":
        return context.t("%(points)s pt", points=formats.signed(difference, 1))
    decimals = max(indicator["decimals"], 1) if indicator["unit"] == "hours" else 0
    moved = formats.signed(difference, decimals)
    if indicator["unit"] == "hours":
        moved = context.t("%(hours)s h", hours=moved)
    if not former:
        return moved
    share = formats.signed_percent(100 * difference / abs(former))
    return context.t("%(difference)s (%(share)s)", difference=moved, share=share)


def _word(context: Context, verdict: Verdict, difference: float) -> str:
    t = context.t
    words = {
        "favourable": t("favourable"),
        "unfavourable": t("unfavourable"),
        "stable": t("stable"),
    }
    return words.get(verdict) or (t("rising") if difference > 0 else t("falling"))


def _tone(verdict: Verdict) -> Tone:
    tones: dict[Verdict, Tone] = {"favourable": "good", "unfavourable": "bad"}
    return tones.get(verdict, "neutral")
