-- A later export may change any month, and the day of the first request: every row of a town depends on its newest
-- export, so that a new one brings them all back. Only the totals told at an export stay what it said.
with exports as (

    select
        city_id,
        received_at,
        received_on,
        _batch_id
    from {{ ref('int_family_exports_listed') }}
    where stream = 'requests'

),

newest_exports as (

    select
        city_id,
        max(_batch_id) as _batch_id,
        arg_max(received_at, _batch_id) as received_at,
        arg_max(received_on, _batch_id) as received_on
    from exports
    group by city_id

),

requests as (

    select
        city_id,
        submitted_on
    from {{ ref('int_family_requests_latest') }}
    where is_counted

),

months as (

    select
        city_id,
        cast(date_trunc('month', submitted_on) as date) as period_start,
        last_day(submitted_on) as period_end,
        count(*) as procedures
    from requests
    group by city_id, period_start, period_end

),

launches as (

    select
        city_id,
        min(submitted_on) as first_on
    from requests
    group by city_id

),

totals_at_month_ends as (

    select
        months.city_id,
        launches.first_on as period_start,
        months.period_end,
        sum(months.procedures) over (partition by months.city_id order by months.period_end) as procedures,
        newest_exports.received_at,
        newest_exports._batch_id,
        1 as preference
    from months
    inner join launches on months.city_id = launches.city_id
    inner join newest_exports on months.city_id = newest_exports.city_id
    where months.period_end < newest_exports.received_on

),

changes as (

    select
        city_id,
        _batch_id,
        sum(change) as change
    from {{ ref('int_family_requests_changed') }}
    group by city_id, _batch_id

),

totals_at_exports as (

    select
        exports.city_id,
        launches.first_on as period_start,
        exports.received_on as period_end,
        sum(changes.change) over (partition by exports.city_id order by exports._batch_id) as procedures,
        exports.received_at,
        newest_exports._batch_id,
        2 as preference
    from exports
    inner join launches on exports.city_id = launches.city_id
    inner join newest_exports on exports.city_id = newest_exports.city_id
    left join changes
        on
            exports.city_id = changes.city_id
            and exports._batch_id = changes._batch_id

),

all_periods as (

    select
        months.city_id,
        months.period_start,
        months.period_end,
        months.procedures,
        newest_exports.received_at,
        newest_exports._batch_id,
        0 as preference
    from months
    inner join newest_exports on months.city_id = newest_exports.city_id

    union all

    select * from totals_at_month_ends

    union all

    select * from totals_at_exports

)

select
    'online_procedures' as indicator_id,
    all_periods.city_id,
    all_periods.period_start,
    all_periods.period_end,
    cast(all_periods.procedures as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'measured' as origin,
    all_periods.period_end >= newest_exports.received_on and all_periods.preference = 0 as is_provisional,
    'family_portal' as source_id,
    all_periods.received_at as as_of,
    all_periods._batch_id
from all_periods
inner join newest_exports on all_periods.city_id = newest_exports.city_id
-- Several exports on one day, or one on the last day of a month: the total that knows most.
qualify
    row_number() over (
        partition by all_periods._batch_id, all_periods.city_id, all_periods.period_start, all_periods.period_end
        order by all_periods.preference asc, all_periods.received_at desc
    ) = 1
