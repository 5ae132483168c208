"""The quality page: how fresh sources are, what was doubted, refused, and received."""

from __future__ import annotations

from dataclasses import dataclass

from arobase.published import FindingRow, Freshness, Row
from dashboards import queries
from dashboards.view_models.context import Context
from dashboards.view_models.indicator import observed_text
from dashboards.view_models.overview import published_line
from dashboards.view_models.words import Badge, batch_badge, freshness_badge, severity_badge

SHOWN_LINES = 50
SHOWN_BATCHES = 25
SHOWN_NOTICES = 25


@dataclass(frozen=True, slots=True)
class FreshnessCell:
    """How fresh one source is for one town; no badge when the town does not have it."""

    badge: Badge | None
    detail: str


@dataclass(frozen=True, slots=True)
class FreshnessRow:
    """One source, with a cell for each town."""

    source: str
    cells: tuple[FreshnessCell, ...]


@dataclass(frozen=True, slots=True)
class Doubt:
    """One open finding."""

    badge: Badge
    city: str
    indicator: str
    href: str
    text: str
    detail: str
    since: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One line that was not loaded, and why."""

    source: str
    city: str
    place: str
    column: str
    reason: str
    value: str
    no_value: str
    """Why there is no value to show."""

    received: str


@dataclass(frozen=True, slots=True)
class Batch:
    """One batch: lines received = loaded + refused + already known."""

    number: str
    source: str
    city: str
    received: str
    badge: Badge
    lines: tuple[str, str, str, str]
    error: str


@dataclass(frozen=True, slots=True)
class NoticeView:
    """Something a reader of a source noticed."""

    source: str
    city: str
    text: str
    received: str


@dataclass(frozen=True, slots=True)
class Quality:
    """All that the quality page says."""

    summary: str
    published: str
    latency: str
    towns: tuple[str, ...]
    freshness: tuple[FreshnessRow, ...]
    doubts: tuple[Doubt, ...]
    refused: tuple[Refused, ...]
    refused_total: int
    notices: tuple[NoticeView, ...]
    batches: tuple[Batch, ...]


def quality(context: Context) -> Quality:
    """Return what the quality page says, for every town."""
    states = context.reader.freshness()
    doubts = context.reader.findings(limit=SHOWN_LINES)
    counts = queries.counts(context.reader)
    return Quality(
        summary=_summary(context, states, len(doubts), counts["quarantined"]),
        published=published_line(context),
        latency=_latency(context),
        towns=tuple(row["name"] for row in context.cities),
        freshness=_freshness_rows(context, states),
        doubts=tuple(_doubt(context, row) for row in doubts),
        refused=tuple(
            _refused(context, row) for row in queries.quarantine(context.reader, SHOWN_LINES)
        ),
        refused_total=counts["quarantined"],
        notices=tuple(
            _notice(context, row) for row in queries.notices(context.reader, SHOWN_NOTICES)
        ),
        batches=tuple(
            _batch(context, row) for row in queries.last_batches(context.reader, SHOWN_BATCHES)
        ),
    )


def _summary(context: Context, states: list[Freshness], doubts: int, refused: int) -> str:
    plural, number = context.t.plural, context.formats.number
    fresh = sum(state.state == "fresh" for state in states)
    parts = [
        plural(
            "%(n)s feed out of %(total)s is up to date.",
            "%(n)s feeds out of %(total)s are up to date.",
            fresh,
            total=number(len(states)),
        ),
        plural(
            "%(n)s control has something to say.", "%(n)s controls have something to say.", doubts
        ),
        plural(
            "%(n_text)s line was refused.",
            "%(n_text)s lines were refused.",
            refused,
            n_text=number(refused),
        ),
    ]
    return " ".join(parts)


def _latency(context: Context) -> str:
    publication = context.reader.publication()
    if publication.event_latency_p50_s is None or publication.event_latency_p95_s is None:
        return ""
    return context.t(
        "From reception to publication: half in %(p50)s s, 95 in 100 in %(p95)s s.",
        p50=context.formats.number(publication.event_latency_p50_s, 1),
        p95=context.formats.number(publication.event_latency_p95_s, 1),
    )


def _freshness_rows(context: Context, states: list[Freshness]) -> tuple[FreshnessRow, ...]:
    by_place = {(state.source_id, state.city_id): state for state in states}
    source_ids = sorted({state.source_id for state in states}, key=context.source_title)
    return tuple(
        FreshnessRow(
            context.source_title(source_id),
            tuple(
                _cell(context, by_place.get((source_id, row["city_id"]))) for row in context.cities
            ),
        )
        for source_id in source_ids
    )


def _cell(context: Context, state: Freshness | None) -> FreshnessCell:
    if state is None:
        return FreshnessCell(None, context.t("not used"))
    detail = ""
    if state.last_received_at is not None:
        detail = context.formats.moment(state.last_received_at, context.zone)
    if state.state == "failed" and state.last_error:
        detail = f"{detail} {state.last_error}".strip()
    return FreshnessCell(freshness_badge(context.t, state.state), detail)


def _doubt(context: Context, row: FindingRow) -> Doubt:
    indicator = context.indicators.get(row.indicator_id or "")
    return Doubt(
        badge=severity_badge(context.t, row.severity),
        city=context.city_name(row.city_id),
        indicator=context.title_of(indicator, "short_title") if indicator else row.model,
        href=_sheet_link(context, row) if indicator else "",
        text=context.formats.quoted(context.t.pick(row.why_fr, row.why_en)),
        detail=observed_text(context, row),
        since=context.formats.moment(row.first_seen, context.zone),
    )


def _sheet_link(context: Context, row: FindingRow) -> str:
    codes = [city["insee_code"] for city in context.cities if city["city_id"] == row.city_id]
    return context.link(f"/indicateurs/{row.indicator_id}", insee_codes=tuple(codes))


def _refused(context: Context, row: Row) -> Refused:
    place = row["file"] or ""
    if row["line"] is not None:
        line = context.t("line %(n)s", n=context.formats.number(row["line"]))
        place = f"{place}, {line}" if place else line
    return Refused(
        source=context.source_title(row["source_id"]),
        city=context.city_name(row["city_id"]),
        place=place,
        column=row["column_name"] or "",
        reason=context.formats.quoted(context.t.pick(row["reason_fr"], row["reason_en"])),
        value=row["value"] or "",
        no_value=_why_no_value(context, row["source_id"]),
        received=context.formats.moment(row["received_at"], context.zone),
    )


def _why_no_value(context: Context, source_id: str) -> str:
    """Publication hides what was read when it may be about a person."""
    sensitivity = context.sources.get(source_id, {}).get("sensitivity")
    is_open = sensitivity in ("public", "aggregate")
    return context.t("(empty)") if is_open else context.t("not shown: personal data")


def _notice(context: Context, row: Row) -> NoticeView:
    return NoticeView(
        source=context.source_title(row["source_id"]),
        city=context.city_name(row["city_id"]),
        text=context.formats.quoted(context.t.pick(row["message_fr"], row["message_en"])),
        received=context.formats.moment(row["received_at"], context.zone),
    )


def _batch(context: Context, row: Row) -> Batch:
    names = ("rows_in", "rows_loaded", "rows_quarantined", "rows_deduplicated")
    received, loaded, refused, known = (context.formats.number(row[name] or 0) for name in names)
    return Batch(
        number=str(row["_batch_id"]),
        source=context.source_title(row["source_id"]),
        city=context.city_name(row["city_id"]),
        received=context.formats.moment(row["received_at"], context.zone),
        badge=batch_badge(context.t, row["status"]),
        lines=(received, loaded, refused, known),
        error=row["error"] or "",
    )
