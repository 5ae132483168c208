select
    'newsletter_subscribers' as indicator_id,
    city_id,
    received_on as period_start,
    received_on as period_end,
    cast(sum(subscribers) as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'measured' as origin,
    false as is_provisional,
    'brevo' as source_id,
    received_at as as_of,
    _batch_id
from {{ ref('stg_brevo__lists') }}
group by city_id, received_on, received_at, _batch_id
-- One list without its number, and the total is unknown.
having count(subscribers) = count(*)
