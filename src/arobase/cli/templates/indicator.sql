with

records as (

    select * from {{ ref('$staging') }}

),

counted as (

    select
        city_id,
        received_at::date as period_start,
        count(*)::double as value,
        max(received_at) as as_of,
        max(_batch_id) as _batch_id
    from records
    group by all

)

select
    '$id' as indicator_id,
    city_id,
    period_start,
    period_start as period_end,
    value,
    null::double as numerator,
    null::double as denominator,
    'measured' as origin,
    false as is_provisional,
    '$source' as source_id,
    as_of,
    _batch_id
from counted
