"""The figure a town reads first for each indicator, as known on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from arobase.catalog import NATIONAL
from arobase.published.figures import (
    ClaimRow,
    FindingRow,
    Freshness,
    Headline,
    Target,
    Value,
    trust,
)
from arobase.published.periods import IS_CUMULATED

if TYPE_CHECKING:
    from arobase.published import Reader

# The figure is the newest one known on the day: for a flow, its newest full civil period or its
# total since the start, as the catalogue says. `previous` is the last value of an earlier month.
# `withheld` is the newest period whose value is refused, when it is newer than the figure.
HEADLINES = f"""
with known as (
    select v.*, i.kind, i.headline_period, {IS_CUMULATED} as is_cumulated
    from indicator_values as v
    inner join indicators as i on v.indicator_id = i.indicator_id
    where
        v.city_id = $city_id
        and v.period_end <= $on
        and list_contains($indicator_ids, v.indicator_id)
),

totals as (
    select
        indicator_id,
        coalesce(min(period_start) filter (is_cumulated), min(period_start)) as since
    from known
    group by indicator_id
),

eligible as (
    select known.*, known.kind = 'flow' and known.status = 'provisional' as is_unfinished
    from known
    inner join totals on known.indicator_id = totals.indicator_id
    where
        known.kind <> 'flow'
        or (known.headline_period = 'latest' and not known.is_cumulated)
        or (
            known.headline_period = 'cumulated'
            and (known.is_cumulated or known.period_start = totals.since)
        )
),

newest as (
    select * from eligible
    where value is not null
    qualify row_number() over (
        partition by indicator_id
        order by
            is_unfinished and headline_period = 'latest', period_end desc, as_of desc, period_start
    ) = 1
),

previous as (
    select
        eligible.indicator_id,
        eligible.value as previous_value,
        eligible.period_end as previous_period_end
    from eligible
    inner join newest on eligible.indicator_id = newest.indicator_id
    where
        eligible.value is not null
        and not eligible.is_unfinished
        and eligible.period_end < date_trunc('month', newest.period_end)
    qualify row_number() over (
        partition by eligible.indicator_id
        order by eligible.period_end desc, eligible.as_of desc, eligible.period_start
    ) = 1
),

withheld as (
    select eligible.indicator_id, max(eligible.period_end) as withheld_period_end
    from eligible
    left join newest on eligible.indicator_id = newest.indicator_id
    where
        eligible.status = 'withheld'
        and (newest.period_end is null or eligible.period_end > newest.period_end)
    group by eligible.indicator_id
)

select
    i.indicator_id,
    i.sources,
    newest.* exclude (indicator_id),
    previous.* exclude (indicator_id),
    withheld.* exclude (indicator_id),
    coalesce(t.value, i.target_value) as target_value,
    case when t.value is null then i.target_by else t.by end as target_by,
    case when t.value is null then i.target_reference else t.reference end as target_reference
from indicators as i
left join newest on i.indicator_id = newest.indicator_id
left join previous on i.indicator_id = previous.indicator_id
left join withheld on i.indicator_id = withheld.indicator_id
left join city_targets as t on t.city_id = $city_id and i.indicator_id = t.indicator_id
where list_contains($indicator_ids, i.indicator_id)
order by i.headline nulls last, i.indicator_id
"""

OVERVIEW = "select indicator_id from indicators where headline is not null"

CLAIMS = (
    "select * from claims where city_id = $city_id and said_on <= $on order by said_on, claim_id"
)


@dataclass(frozen=True, slots=True)
class _Context:
    """What surrounds the figures of one town."""

    reader: Reader
    city_id: str
    is_present: bool
    """The day asked for is the publication's own: how late a source is now matters."""

    findings: Sequence[FindingRow]
    claims: Sequence[ClaimRow]
    freshness: Sequence[Freshness]


def headlines(
    reader: Reader, city_id: str, indicator_ids: Sequence[str] | None, on: date | None
) -> list[Headline]:
    """Return the figures of these indicators, or of the overview, in the catalogue's order."""
    today = _publication_day(reader, city_id)
    day = on or today
    ids = indicator_ids or [row["indicator_id"] for row in reader.query(OVERVIEW)]
    rows = reader.query(HEADLINES, {"city_id": city_id, "on": day, "indicator_ids": list(ids)})
    context = _Context(
        reader=reader,
        city_id=city_id,
        is_present=day >= today,
        findings=reader.findings(city_id, limit=10_000),
        claims=[ClaimRow(**row) for row in reader.query(CLAIMS, {"city_id": city_id, "on": day})],
        freshness=reader.freshness(city_id),
    )
    return [_headline(row, context) for row in rows]


def _publication_day(reader: Reader, city_id: str) -> date:
    towns = reader.query(
        "select timezone from cities where city_id = $city_id", {"city_id": city_id}
    )
    zone = ZoneInfo(towns[0]["timezone"] if towns else "Europe/Paris")
    return reader.publication().published_at.astimezone(zone).date()


def _headline(row: dict[str, Any], context: _Context) -> Headline:
    indicator_id: str = row["indicator_id"]
    figure = _figure(row) if row["value"] is not None else None
    freshness = _source_state(figure, row["sources"], context.freshness)
    reasons = _reasons(indicator_id, figure, row["withheld_period_end"], context)
    return Headline(
        city_id=context.city_id,
        indicator_id=indicator_id,
        figure=figure,
        trust=trust(
            figure,
            findings=reasons,
            freshness=freshness if context.is_present else None,
            is_newer_withheld=row["withheld_period_end"] is not None,
            at=context.reader.publication().published_at,
        ),
        reasons=reasons,
        withheld_period_end=row["withheld_period_end"],
        previous_value=row["previous_value"],
        previous_period_end=row["previous_period_end"],
        freshness=freshness,
        target=_target(row),
        claims=tuple(claim for claim in context.claims if claim.indicator_id == indicator_id),
    )


def _figure(row: dict[str, Any]) -> Value:
    return Value(**{field.name: row[field.name] for field in fields(Value)})


def _target(row: dict[str, Any]) -> Target | None:
    if row["target_value"] is None:
        return None
    return Target(row["target_value"], row["target_by"], row["target_reference"] or "")


def _source_state(
    figure: Value | None, sources: Iterable[str], states: Sequence[Freshness]
) -> Freshness | None:
    by_source = {state.source_id: state for state in states}
    wanted = [figure.source_id] if figure else list(sources)
    return next((by_source[source] for source in wanted if source in by_source), None)


def _reasons(
    indicator_id: str, figure: Value | None, withheld_period_end: date | None, context: _Context
) -> tuple[FindingRow, ...]:
    """Return the findings about the figure's period, the withheld one, or its source now."""
    ends = {withheld_period_end, figure.period_end if figure else None} - {None}
    return tuple(
        finding
        for finding in context.findings
        if finding.indicator_id == indicator_id
        and finding.city_id in {context.city_id, NATIONAL}
        and (context.is_present if finding.period_end is None else finding.period_end in ends)
    )
