select
    'facebook_followers' as indicator_id,
    city_id,
    received_on as period_start,
    received_on as period_end,
    cast(followers as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'measured' as origin,
    false as is_provisional,
    'facebook_page' as source_id,
    received_at as as_of,
    _batch_id
from {{ ref('stg_facebook_page__pages') }}
where followers is not null
