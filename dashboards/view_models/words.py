"""The words for what the catalogue and the published tables say with ids."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dashboards.i18n import Texts

Tone = Literal["good", "bad", "warn", "neutral"]


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with the shape that repeats it; colour only comes third."""

    word: str
    icon: str
    tone: Tone


def trust_badge(t: Texts, trust: str) -> Badge:
    """Say how far a figure can be trusted."""
    return {
        "confirmed": Badge(t("verified"), "check", "good"),
        "check": Badge(t("to be checked"), "alert", "warn"),
        "stale": Badge(t("out of date"), "clock", "warn"),
        "declared": Badge(t("declared by the town"), "pen", "neutral"),
    }.get(trust, Badge(t("no value"), "dash", "neutral"))


def freshness_badge(t: Texts, state: str) -> Badge:
    """Say whether a source answers when it should."""
    return {
        "fresh": Badge(t("up to date"), "check", "good"),
        "late": Badge(t("late"), "clock", "warn"),
        "failed": Badge(t("in failure"), "alert", "bad"),
    }.get(state, Badge(t("never received"), "dash", "neutral"))


def severity_badge(t: Texts, severity: str) -> Badge:
    """Say how serious a finding is."""
    return {
        "critical": Badge(t("blocking"), "ban", "bad"),
        "warning": Badge(t("warning"), "alert", "warn"),
    }.get(severity, Badge(t("information"), "info", "neutral"))


def batch_badge(t: Texts, status: str) -> Badge:
    """Say what became of a batch."""
    return {
        "loaded": Badge(t("taken in"), "check", "good"),
        "duplicate": Badge(t("already known"), "equal", "neutral"),
        "failed": Badge(t("failed"), "alert", "bad"),
    }.get(status, Badge(status, "info", "neutral"))


def claim_badge(t: Texts, verdict: str) -> Badge:
    """Say whether the measure agrees with what a document printed."""
    return {
        "confirmed": Badge(t("confirmed"), "check", "good"),
        "differs": Badge(t("differs"), "alert", "warn"),
    }.get(verdict, Badge(t("not measured"), "dash", "neutral"))


def status_word(t: Texts, status: str) -> str:
    """Say how a value was published."""
    return {
        "published": t("published"),
        "provisional": t("provisional"),
        "stale": t("out of date"),
        "withheld": t("withheld"),
    }.get(status, status)


def theme_word(t: Texts, theme: str) -> str:
    """Name a theme; one that has no translation yet shows its id as words."""
    return {
        "connectivity": t("Connectivity"),
        "online_services": t("Online services"),
        "open_data": t("Open data"),
        "participation": t("Participation"),
        "audience": t("Audience"),
        "territory": t("Territory"),
        "inclusion": t("Digital inclusion"),
    }.get(theme, theme.replace("_", " ").capitalize())


def kind_word(t: Texts, kind: str) -> str:
    """Say what sort of figure an indicator is."""
    return {
        "stock": t("level at a date"),
        "flow": t("total over a period"),
        "rate": t("share, numerator over denominator"),
        "delay": t("delay, in hours"),
        "score": t("score"),
    }.get(kind, kind)


def direction_word(t: Texts, direction: str) -> str:
    """Say which way is favourable."""
    return {
        "up": t("a rise is favourable"),
        "down": t("a fall is favourable"),
    }.get(direction, t("neither a rise nor a fall is favourable"))


def cadence_word(t: Texts, cadence: str) -> str:
    """Say how often something moves."""
    return {
        "day": t("every day"),
        "week": t("every week"),
        "month": t("every month"),
        "quarter": t("every quarter"),
        "year": t("every year"),
    }.get(cadence, cadence)
