select
    'open_datasets' as indicator_id,
    city_id,
    received_on as period_start,
    received_on as period_end,
    -- A restricted card is seen by those who may sign in, not by any visitor.
    cast(count(distinct dataset_id) filter (where visibility = 'domain') as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'measured' as origin,
    false as is_provisional,
    'opendatasoft' as source_id,
    received_at as as_of,
    _batch_id
from {{ ref('stg_opendatasoft__datasets') }}
group by city_id, received_on, received_at, _batch_id
