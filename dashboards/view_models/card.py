"""One headline figure, ready to be read, with all that qualifies it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from arobase.published import ClaimRow, FindingRow, Headline, Row
from dashboards.view_models.change import Change, change
from dashboards.view_models.context import Context
from dashboards.view_models.periods import period_sentence
from dashboards.view_models.words import (
    Badge,
    claim_badge,
    freshness_badge,
    theme_word,
    trust_badge,
)

SPARK_MONTHS = 24


@dataclass(frozen=True, slots=True)
class TargetView:
    """A target, and how much of it is reached, from 0 to 100."""

    text: str
    share: float | None
    share_text: str
    is_reached: bool


@dataclass(frozen=True, slots=True)
class ClaimView:
    """What a document printed, beside what was measured."""

    sentence: str
    document: str
    publisher: str
    said_on: str
    claimed: str
    measured: str | None
    badge: Badge


@dataclass(frozen=True, slots=True)
class Card:
    """One headline figure. `value` is None when there is none: `empty` then says why."""

    indicator_id: str
    title: str
    href: str
    theme: str
    definition: str
    value: str | None
    empty: str
    period: str
    notice: str
    is_alarming: bool
    """Whether the notice is a warning, not only a piece of information."""

    change: Change | None
    spark: tuple[tuple[date, float], ...]
    target: TargetView | None
    source: str
    freshness: Badge | None
    trust: Badge
    claim: ClaimView | None


def card(context: Context, headline: Headline, monthly: list[Row]) -> Card:
    """Return the card of one figure; `monthly` is its last value of each month, oldest first."""
    indicator = context.indicators[headline.indicator_id]
    figure = headline.figure
    return Card(
        indicator_id=headline.indicator_id,
        title=context.title_of(indicator, "short_title"),
        href=context.link(f"/indicateurs/{headline.indicator_id}"),
        theme=theme_word(context.t, indicator["theme"]),
        definition=context.formats.quoted(context.title_of(indicator, "definition")),
        value=measured(context, indicator, headline.value),
        empty="" if figure else why_empty(context, headline),
        period=period_sentence(context, figure.period_start, figure.period_end) if figure else "",
        notice=notice(context, headline),
        is_alarming=headline.figure is not None or headline.withheld_period_end is not None,
        change=_change(context, indicator, headline, monthly),
        spark=tuple((row["period_end"], row["value"]) for row in monthly[-SPARK_MONTHS:]),
        target=target_view(context, indicator, headline),
        source=_source(context, headline, indicator),
        freshness=_freshness(context, headline),
        trust=trust_badge(context.t, headline.trust),
        claim=claim_view(context, indicator, headline.claims[-1]) if headline.claims else None,
    )


def measured(context: Context, indicator: Row, value: float | None) -> str | None:
    """Write a value of an indicator with its unit; None stays None, never zero."""
    if value is None:
        return None
    return context.formats.measure(value, indicator["unit"], indicator["decimals"])


def why_empty(context: Context, headline: Headline) -> str:
    """Say why a figure has no value."""
    t = context.t
    if headline.withheld_period_end is not None:
        return t("Value withheld")
    if headline.freshness is None:
        return t("Not applicable")
    if headline.freshness.state == "never":
        return t("Not collected yet")
    return t("No measure at this date") if context.is_past else t("No measure yet")


def notice(context: Context, headline: Headline) -> str:
    """Say in one sentence what the reader must know before using the figure; empty when nothing."""
    t = context.t
    if headline.withheld_period_end is not None:
        day = context.formats.short_day(headline.withheld_period_end)
        said = t("The value of %(day)s is withheld:", day=day)
        return f"{said} {finding_text(context, headline.reasons)}".strip()
    if headline.figure is None:
        return _why_no_figure(context, headline)
    if headline.reasons:
        return finding_text(context, headline.reasons)
    if headline.figure.status == "provisional":
        return t("Provisional: the period is not over yet.")
    if headline.figure.status == "stale":
        return t("A more recent measure was refused: this is the last value published.")
    return _lateness(context, headline)


def finding_text(context: Context, findings: tuple[FindingRow, ...]) -> str:
    """Return the reason of the gravest finding, in the reader's language."""
    if not findings:
        return ""
    first = findings[0]
    return context.formats.quoted(context.t.pick(first.why_fr, first.why_en))


def claim_view(context: Context, indicator: Row, claim: ClaimRow) -> ClaimView:
    """Put what a document printed beside the measure of that day."""
    claimed = measured(context, indicator, claim.claimed_value) or ""
    forms = {
        "at_least": context.t("more than %(value)s", value=claimed),
        "about": context.t("about %(value)s", value=claimed),
    }
    return ClaimView(
        sentence=context.formats.quoted(claim.sentence),
        document=context.formats.quoted(claim.document),
        publisher=claim.publisher,
        said_on=context.formats.short_day(claim.said_on),
        claimed=forms.get(claim.comparison, claimed),
        measured=measured(context, indicator, claim.measured_value),
        badge=claim_badge(context.t, claim.verdict),
    )


def target_view(context: Context, indicator: Row, headline: Headline) -> TargetView | None:
    """Say what the council wants, and how far the figure is from it."""
    target = headline.target
    if target is None:
        return None
    wanted = measured(context, indicator, target.value)
    by = context.formats.month(target.by) if target.by else ""
    text = context.t("Target: %(value)s by %(date)s", value=wanted, date=by)
    if headline.value is None:
        return TargetView(text, None, "", is_reached=False)
    share = reached_share(headline.value, target.value, indicator["direction"])
    is_reached = share >= 100
    said = context.t("reached") if is_reached else context.formats.percent(int(share))
    return TargetView(text, min(share, 100.0), said, is_reached)


def reached_share(value: float, target: float, direction: str) -> float:
    """Return how much of a target is reached, 100 when it is; for a delay, less is more."""
    if direction == "down":
        return 100.0 if value <= target else 100 * target / value
    return 100.0 if value >= target else 100 * value / target if target else 0.0


def _why_no_figure(context: Context, headline: Headline) -> str:
    if headline.freshness is None:
        return context.t("The town does not have this service.")
    if headline.freshness.state == "never":
        return context.t("The source has never sent anything.")
    if context.is_past:
        return context.t("The first measure is later.")
    return context.t("The source answers, but has not given this figure yet.")


def _lateness(context: Context, headline: Headline) -> str:
    state = headline.freshness
    if context.is_past or state is None or state.state in ("fresh", "never"):
        return ""
    last = (
        context.formats.moment(state.last_received_at, context.zone)
        if state.last_received_at
        else ""
    )
    source = context.source_title(state.source_id)
    if state.state == "failed":
        return context.t(
            "%(source)s no longer answers; last received on %(day)s.", source=source, day=last
        )
    return context.t("%(source)s is late; last received on %(day)s.", source=source, day=last)


def _change(
    context: Context, indicator: Row, headline: Headline, monthly: list[Row]
) -> Change | None:
    if headline.figure is None or headline.figure.value is None:
        return None
    return change(context, indicator, monthly, headline.figure.value, headline.figure.period_end)


def _source(context: Context, headline: Headline, indicator: Row) -> str:
    source_id = headline.figure.source_id if headline.figure else indicator["sources"][0]
    return context.source_title(source_id)


def _freshness(context: Context, headline: Headline) -> Badge | None:
    if context.is_past or headline.freshness is None:
        return None
    return freshness_badge(context.t, headline.freshness.state)
