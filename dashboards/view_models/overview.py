"""The overview of a town: one sentence, the headline figures, and what needs a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from arobase.published import Headline
from dashboards import queries
from dashboards.view_models.card import Card, card, notice, reached_share
from dashboards.view_models.context import Context
from dashboards.view_models.words import Tone

HISTORY = timedelta(days=800)
DEADLINE_NEAR = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something needs a look."""

    kind: str
    text: str
    icon: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Watched:
    """One figure that needs a look."""

    title: str
    href: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class DateLink:
    """A day worth looking at, because a document printed figures on it."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the overview page says."""

    title: str
    summary: str
    cards: tuple[Card, ...]
    watched: tuple[Watched, ...]
    date_links: tuple[DateLink, ...]
    published: str


def overview(context: Context) -> Overview:
    """Return what the overview says of the town, on the day asked for."""
    city_id = context.city["city_id"]
    headlines = context.reader.headlines(city_id, context.state.on)
    monthly = queries.monthly_headlines(
        context.reader, city_id, since=context.on - HISTORY, until=context.on
    )
    cards = tuple(card(context, each, monthly.get(each.indicator_id, [])) for each in headlines)
    watched = tuple(
        found
        for each, shown in zip(headlines, cards, strict=True)
        if (found := _watched(context, each, shown)) is not None
    )
    return Overview(
        title=context.t("Digital %(city)s at a glance", city=context.city["name"]),
        summary=_summary(context, headlines, cards, watched),
        cards=cards,
        watched=watched,
        date_links=_date_links(context),
        published=published_line(context),
    )


def published_line(context: Context) -> str:
    """Say which version the page shows, and since when."""
    publication = context.reader.publication()
    moment = context.formats.moment(publication.published_at, context.zone)
    number = context.formats.number(publication.version)
    return context.t("Version %(number)s, published on %(moment)s", number=number, moment=moment)


def _summary(
    context: Context,
    headlines: list[Headline],
    cards: tuple[Card, ...],
    watched: tuple[Watched, ...],
) -> str:
    sentences = [_up_to_date(context, headlines), _moves(context, cards)]
    if watched:
        sentences.append(
            context.t.plural("%(n)s point to watch.", "%(n)s points to watch.", len(watched))
        )
    return " ".join(sentence for sentence in sentences if sentence)


def _up_to_date(context: Context, headlines: list[Headline]) -> str:
    day = context.formats.day(context.on)
    # A town is not late for a service it does not have.
    total = sum(each.figure is not None or each.freshness is not None for each in headlines)
    if context.is_past:
        measured = sum(each.figure is not None for each in headlines)
        return context.t.plural(
            "On %(day)s, %(n)s indicator out of %(total)s was measured.",
            "On %(day)s, %(n)s indicators out of %(total)s were measured.",
            measured,
            day=day,
            total=total,
        )
    fresh = sum(each.trust in ("confirmed", "declared") for each in headlines)
    return context.t.plural(
        "On %(day)s, %(n)s indicator out of %(total)s is up to date.",
        "On %(day)s, %(n)s indicators out of %(total)s are up to date.",
        fresh,
        day=day,
        total=total,
    )


def _moves(context: Context, cards: tuple[Card, ...]) -> str:
    verdicts = [each.change.verdict for each in cards if each.change]
    better, worse = verdicts.count("favourable"), verdicts.count("unfavourable")
    said = []
    if better:
        said.append(context.t.plural("%(n)s improves", "%(n)s improve", better))
    if worse:
        said.append(context.t.plural("%(n)s worsens", "%(n)s worsen", worse))
    return context.t("In one year, %(moves)s.", moves=", ".join(said)) if said else ""


def _watched(context: Context, headline: Headline, shown: Card) -> Watched | None:
    reason = _state_to_watch(context, headline) or _target_to_watch(context, headline, shown)
    return Watched(shown.title, shown.href, reason) if reason else None


def _state_to_watch(context: Context, headline: Headline) -> Reason | None:
    t, said = context.t, notice(context, headline)
    state = headline.freshness.state if headline.freshness and not context.is_past else "fresh"
    if headline.withheld_period_end is not None:
        return Reason(t("Withheld"), said, "ban", "bad")
    if headline.figure is None:
        return Reason(t("Never received"), said, "dash", "warn") if state == "never" else None
    if headline.reasons or headline.figure.status == "stale":
        kind = t("Out of date") if headline.trust == "stale" else t("To be checked")
        return Reason(kind, said, "alert", "warn")
    if state == "failed":
        return Reason(t("In failure"), said, "alert", "bad")
    return Reason(t("Late"), said, "clock", "warn") if state == "late" else None


def _target_to_watch(context: Context, headline: Headline, shown: Card) -> Reason | None:
    target, value = headline.target, headline.value
    if target is None or value is None or shown.target is None or target.by is None:
        return None
    direction = context.indicators[headline.indicator_id]["direction"]
    if reached_share(value, target.value, direction) >= 100:
        return None
    if _has_time(context.on, target.by) and not (
        shown.change and shown.change.verdict == "unfavourable"
    ):
        return None
    said = context.t("%(value)s measured. %(target)s.", value=shown.value, target=shown.target.text)
    return Reason(context.t("Off target"), said, "target", "warn")


def _has_time(on: date, by: date) -> bool:
    return by - on > DEADLINE_NEAR


def _date_links(context: Context) -> tuple[DateLink, ...]:
    days = {
        row["said_on"]: row["document"]
        for row in queries.claims(context.reader, context.city["city_id"])
        if row["said_on"] != context.on
    }
    return tuple(
        DateLink(
            context.t(
                "%(day)s: %(document)s", day=context.formats.short_day(day), document=document
            ),
            context.link("/", on=day),
        )
        for day, document in sorted(days.items(), reverse=True)
    )
