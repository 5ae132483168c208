"""What a published version holds, as SQL over the warehouse, the `former` version and the `next`.

A critical finding withholds one figure: the value published before for the same period stays,
marked stale; without one, the row says that a value exists and is withheld. Nothing is computed.
"""

from __future__ import annotations

from collections.abc import Mapping

from arobase.warehouse.marks import REBUILT

KEY = "city_id, indicator_id, period_start, period_end"

CRITICAL = f"""
create or replace temporary table {{name}} as
select distinct {KEY}
from {{findings}}
where severity = 'critical' and resolved_at is null and period_end is not null
"""
"""The figures withheld by the open findings of a database."""

NO_CRITICAL = f"""
create or replace temporary table {{name}} as
select {KEY} from quality.findings limit 0
"""

SWITCHED = """
create or replace temporary table switched as
(from critical except from former_critical) union all (from former_critical except from critical)
"""
"""The figures that are withheld from now on, and those that no longer are."""

CHANGED = """
create or replace temporary table changed as
select * from marts.indicator_values
where _batch_id > $mark and _batch_id <= $audited
"""
"""The audited rows newer than the former version."""

CHANGED_BY_FINDINGS = f"""
insert into changed
select * from marts.indicator_values
where _batch_id <= $mark and ({KEY}) in (from switched)
"""

EVERYTHING = "(select * from marts.indicator_values where _batch_id <= {audited})"

WITHHELD_IN_CHANGED = f"(from critical intersect select {KEY} from changed)"

WITHHELD = """
create or replace temporary table withheld as from {withheld}
"""

KEPT = f"""
create or replace temporary table kept as
select * from former.indicator_values
where
    value is not null
    and period_end >= (select min(period_end) from withheld)
    and ({KEY}) in (from withheld)
"""
"""The last good values of the figures withheld."""

NOTHING_KEPT = """
create or replace temporary table kept as
select * exclude (_batch_id) from marts.indicator_values limit 0
"""

FIGURES = """
select
    v.city_id,
    v.indicator_id,
    v.period_start,
    v.period_end,
    case when c.city_id is null then v.value else k.value end as value,
    case when c.city_id is null then v.numerator else k.numerator end as numerator,
    case when c.city_id is null then v.denominator else k.denominator end as denominator,
    coalesce(k.origin, v.origin) as origin,
    case
        when c.city_id is null then v.status
        when k.value is null then 'withheld'
        else 'stale'
    end as status,
    coalesce(k.source_id, v.source_id) as source_id,
    coalesce(k.as_of, v.as_of) as as_of,
    coalesce(k.definition_version, v.definition_version)::integer as definition_version
from {rows} as v
left join critical as c
    on v.city_id = c.city_id
    and v.indicator_id = c.indicator_id
    and v.period_start = c.period_start
    and v.period_end = c.period_end
left join kept as k
    on c.city_id = k.city_id
    and c.indicator_id = k.indicator_id
    and c.period_start = k.period_start
    and c.period_end = k.period_end
"""

# The bound on the period lets DuckDB skip most of the history without comparing keys.
REPLACE = f"""
delete from next.indicator_values
where
    period_end >= (select min(period_end) from changed)
    and ({KEY}) in (select {KEY} from changed)
"""

VANISHED = f"""
delete from next.indicator_values
where
    indicator_id in (select indicator_id from catalog.indicators where kind = 'flow')
    and (city_id, indicator_id) in (select city_id, indicator_id from changed)
    and ({KEY}) not in (
        select {KEY} from marts.indicator_values
        where (city_id, indicator_id) in (select city_id, indicator_id from changed)
    )
"""
"""Periods of a flow that a newer export took back: the models replace a town's periods whole."""

ADD = f"insert into next.indicator_values by name {FIGURES.format(rows='changed')}"

# Sorted by what a page asks for, so that it reads a few blocks of the file.
REBUILD = f"""
create or replace table next.indicator_values as
select * from ({FIGURES.format(rows="{rows}")})
order by city_id, indicator_id, period_end, period_start
"""

SMALL_TABLES: Mapping[str, str] = {
    "indicators": "from catalog.indicators order by indicator_id",
    "cities": "from marts.cities order by city_id",
    "sources": "from catalog.sources order by source_id",
    "city_sources": "from catalog.city_sources order by city_id, source_id",
    "city_targets": "from catalog.city_targets order by city_id, indicator_id",
    "findings": """
        from quality.findings
        where resolved_at is null or resolved_at > $now - interval 400 days
        order by first_seen, model, rule, city_id, indicator_id, period_end
    """,
    "freshness": "from marts.freshness order by city_id, source_id",
    "claims": """
        select
            claims.* replace (
                case when c.city_id is null then measured_value end as measured_value,
                case when c.city_id is null then measured_period_start end
                    as measured_period_start,
                case when c.city_id is null then measured_period_end end as measured_period_end,
                case when c.city_id is null then gap end as gap,
                case when c.city_id is null then verdict else 'not_measured' end as verdict
            )
        from marts.claims as claims
        left join critical as c
            on claims.city_id = c.city_id
            and claims.indicator_id = c.indicator_id
            and claims.measured_period_start = c.period_start
            and claims.measured_period_end = c.period_end
        order by said_on, claim_id
    """,
    # Lines about persons stay in the warehouse: readers see where and why, not what.
    "quarantine": """
        select
            q.* replace (
                case when s.sensitivity in ('public', 'aggregate') then q.value end as value,
                case when s.sensitivity in ('public', 'aggregate') then q.original end as original
            )
        from raw.quarantine as q
        left join catalog.sources as s on q.source_id = s.source_id
        order by q._batch_id desc, q.file, q.line, q.column_name
        limit 1000
    """,
    "batches": "from raw.batches order by _batch_id desc limit 1000",
    "notices": "from raw.notices order by _batch_id desc, stream, code limit 1000",
}
"""Replaced whole in each version."""

CONTENT = "select coalesce(bit_xor(hash(t)), 0)::varchar || ':' || count(*) from ({table}) as t"

RECORD = """
create or replace table next.publication as
select
    $now::timestamptz as published_at,
    $version::integer as version,
    $code_revision::varchar as code_revision,
    (
        select json_group_object(source_id, newest)
        from (
            select source_id, max(_batch_id) as newest from raw.batches
            where status <> 'failed' and _batch_id <= $seen
            group by source_id
            order by source_id
        )
    ) as high_water_marks,
    latency[1] as event_latency_p50_s,
    latency[2] as event_latency_p95_s,
    $audited::bigint as _batch_id,
    (select max(batch) from raw.batches where _batch_id = $audited) as batch,
    $content::varchar as content
from (
    select quantile_cont(epoch($now::timestamptz - received_at), [0.5, 0.95]) as latency
    from raw.batches
    where
        _batch_id > $mark
        and _batch_id in (select _batch_id from {rows})
)
"""

FORMER = """
select p._batch_id, p.content
from former.publication as p
where
    -- Another history under the same numbers: the warehouse was built again.
    p.batch is not distinct from (select max(batch) from raw.batches where _batch_id = p._batch_id)
"""

REDEFINED = """
select count(*)
from catalog.indicators as i
inner join former.indicators as f on i.indicator_id = f.indicator_id
where i.definition_version <> f.definition_version
"""

MARKS = """
select
    coalesce(max(_batch_id) filter (step = 'audit.indicator_values'), -1) as audited,
    coalesce(max(_batch_id), -1) as seen
from meta.marks
"""

REBUILD_NAME = f"select max(fingerprint) from meta.marks where step = '{REBUILT}'"
