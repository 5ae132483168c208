"""What an audit judges: the rows that changed since the last one, beside the bounds they must keep.

Each table judged has a mark in `meta.marks`, and a candidate table in `quality` while it is judged.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from arobase.published.periods import IS_CUMULATED
from arobase.warehouse import marks

KEY = ("city_id", "indicator_id", "period_start", "period_end")
"""What identifies a judged row, and so a finding about it."""

# A change is measured from the last finished measure that is itself plausible, at most three years
# old: after a refused value, the next good one is no surprise.
_INDICATOR_VALUES = f"""
create or replace table quality.candidate_indicator_values as
with changed as (
    select v.*, i.kind, {IS_CUMULATED} as is_cumulated
    from marts.indicator_values as v
    inner join catalog.indicators as i on v.indicator_id = i.indicator_id
    where {{is_changed}}
),

history as (
    select v.city_id, v.indicator_id, v.period_end, v.value, {IS_CUMULATED} as is_cumulated
    from marts.indicator_values as v
    inner join catalog.indicators as i on v.indicator_id = i.indicator_id
    where
        v.value is not null
        and v.status <> 'provisional'
        and (i.max_change_share is not null or i.kind = 'stock')
        and (i.plausible_severity <> 'critical'
            or v.value between i.plausible_min and i.plausible_max)
        and (v.city_id, v.indicator_id) in (select city_id, indicator_id from changed)
        and v.period_end > (select min(period_end) - 1100 from changed)
        and v.period_end < (select max(period_end) from changed)
),

compared as (
    select
        changed.*,
        case when changed.status <> 'provisional' then history.value end as previous_value
    from changed
    asof left join history
        on changed.city_id = history.city_id
        and changed.indicator_id = history.indicator_id
        and changed.is_cumulated = history.is_cumulated
        and changed.period_end > history.period_end
)

select
    v.city_id,
    v.indicator_id,
    v.period_start,
    v.period_end,
    v.value,
    v.previous_value,
    i.plausible_min,
    i.plausible_max,
    i.max_change_share,
    case
        when i.plausible_severity = 'critical'
            then least(v.value - i.plausible_min, i.plausible_max - v.value)
    end as critical_range_room,
    case
        when i.plausible_severity = 'warning'
            then least(v.value - i.plausible_min, i.plausible_max - v.value)
    end as warning_range_room,
    i.max_change_share - abs(v.value - v.previous_value) / nullif(abs(v.previous_value), 0)
        as change_room,
    case
        -- Where the catalogue's own range stops at 100, it already says so.
        when i.unit = 'percent' and i.plausible_max > 100
            then coalesce(100 * v.numerator / nullif(v.denominator, 0), v.value)
    end as share,
    case
        when v.kind = 'stock' and v.previous_value > 0 and i.plausible_min <= 0 then v.value
    end as left_of_stock,
    case when i.counts_persons and v.value > 0 then v.value end as persons_counted,
    (v.as_of at time zone coalesce(c.timezone, 'Europe/Paris'))::date as told_on,
    told_on - v.period_start as days_before_told
from compared as v
inner join catalog.indicators as i on v.indicator_id = i.indicator_id
left join catalog.cities as c on v.city_id = c.city_id
"""

# Two forms: a lone comparison lets DuckDB skip the rows below the mark without reading them.
_ABOVE_MARK = "v._batch_id > $mark"
_ABOVE_MARK_OR_RULED_ANEW = f"({_ABOVE_MARK} or list_contains($ruled_anew, v.indicator_id))"

# The usual volume is the smallest of the eight batches before, so that a source whose answers vary
# is not suspected. A batch is about every indicator that its source feeds.
_BATCHES = """
create or replace table quality.candidate_batches as
with pulled as (
    select b.source_id, b.city_id, b._batch_id, b.rows_in
    from raw.batches as b
    inner join catalog.sources as s on b.source_id = s.source_id
    -- Without pages, the publisher said that nothing changed: that is no empty answer.
    where b.status = 'loaded' and b.pages > 0 and s.arrival = 'pull'
),

compared as (
    select
        *,
        min(rows_in) over recent as usual_rows,
        count(*) over recent as batches_before
    from pulled
    window recent as (
        partition by source_id, city_id order by _batch_id rows between 8 preceding and 1 preceding
    )
    qualify row_number() over (partition by source_id, city_id order by _batch_id desc) = 1
)

select
    town.city_id,
    i.indicator_id,
    null::date as period_start,
    null::date as period_end,
    b.rows_in,
    case when b.usual_rows > 0 then b.rows_in end as rows_after_some,
    case when b.batches_before >= 3 and b.rows_in > 0 then ceil(b.usual_rows / 2) end
        as fewest_expected,
    b.rows_in - fewest_expected as rows_room
from compared as b
inner join catalog.city_sources as town
    on b.source_id = town.source_id and b.city_id in (town.city_id, '_national')
inner join catalog.indicators as i on list_contains(i.sources, b.source_id)
where b._batch_id > $mark
qualify row_number() over (
    partition by town.city_id, i.indicator_id
    order by b.rows_in / nullif(b.usual_rows, 0) nulls last, b.source_id
) = 1
"""

_RULES = """
select
    indicator_id,
    hash(
        definition_version, kind, unit, cadence, plausible_min, plausible_max, plausible_severity,
        max_change_share, counts_persons
    )::varchar as rules
from catalog.indicators
order by indicator_id
"""

REBUILD = "_rebuild"
"""The key of the rules that names the rebuild; no indicator's id begins so."""

_SOURCES = {"indicator_values": "marts.indicator_values", "batches": "raw.batches"}


@dataclass(frozen=True, slots=True)
class Candidates:
    """The rows of one table to judge now, and where its mark goes once they are."""

    model: str
    table: str
    rows: int
    mark: int
    rules: str
    """JSON: the rules each indicator was judged by; another set judges its rows again."""

    is_moved: bool
    """The mark or the rules differ from the stored ones."""


def gathered(connection: duckdb.DuckDBPyConnection, model: str, *, full: bool) -> Candidates | None:
    """Fill the candidate table of a model; None when the model is not built yet."""
    newest = _newest(connection, _SOURCES[model])
    if newest is None:
        return None
    mark, rules = _stored(connection, model)
    present = _rules(connection) if model == "indicator_values" else {}
    is_rebuilt = rules.get(REBUILD) != present.get(REBUILD)
    since = -1 if full or is_rebuilt else mark
    changed = [key for key, value in present.items() if rules.get(key) != value]
    table = f"candidate_{model}"
    _fill(connection, model, since, changed)
    count = connection.table(f"quality.{table}").count("*").fetchall()[0][0]
    is_moved = newest != mark or present != rules or full
    return Candidates(model, table, count, newest, json.dumps(present), is_moved)


def _rules(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Return what each indicator is judged by, and which rebuild of the models is judged."""
    return dict(connection.execute(_RULES).fetchall()) | {REBUILD: _rebuild(connection)}


def _rebuild(connection: duckdb.DuckDBPyConnection) -> str:
    _, name = marks.mark_of(connection, marks.REBUILT) or (0, "")
    return name


def move_mark(connection: duckdb.DuckDBPyConnection, candidates: Candidates, now: datetime) -> None:
    """Store how far a model is judged; to be committed with the findings."""
    marks.move_mark(
        connection,
        _step(candidates.model),
        newest_batch=candidates.mark,
        fingerprint=candidates.rules,
        now=now,
    )
    connection.execute(f"drop table if exists quality.{candidates.table}")


def _fill(
    connection: duckdb.DuckDBPyConnection, model: str, mark: int, changed: Sequence[str]
) -> None:
    if model == "batches":
        connection.execute(_BATCHES, {"mark": mark})
    elif changed:
        statement = _INDICATOR_VALUES.format(is_changed=_ABOVE_MARK_OR_RULED_ANEW)
        connection.execute(statement, {"mark": mark, "ruled_anew": list(changed)})
    else:
        statement = _INDICATOR_VALUES.format(is_changed=_ABOVE_MARK)
        connection.execute(statement, {"mark": mark})


def _newest(connection: duckdb.DuckDBPyConnection, table: str) -> int | None:
    try:
        found = connection.execute(f"select coalesce(max(_batch_id), 0) from {table}").fetchall()
    except duckdb.CatalogException:
        return None
    newest: int = found[0][0]
    return newest


def _stored(connection: duckdb.DuckDBPyConnection, model: str) -> tuple[int, dict[str, str]]:
    found = marks.mark_of(connection, _step(model))
    return (found[0], json.loads(found[1])) if found else (-1, {})


def _step(model: str) -> str:
    return f"audit.{model}"
