with refused as (

    select distinct _batch_id
    from {{ ref('stg_raw__notices') }}
    where source_id = 'facebook_page' and stream = 'conversations' and code = 'permission_refused'

),

pulls as (

    select
        batches.city_id,
        batches.received_at,
        batches.received_on,
        batches._batch_id
    from {{ ref('stg_raw__batches') }} as batches
    anti join refused on batches._batch_id = refused._batch_id
    where
        batches.source_id = 'facebook_page'
        and batches.status <> 'failed'

),

-- Thirty days lie in at most two spans of thirty days: so a pull meets two months of requests, not ten years of them.
spans_of_pulls as (

    select
        *,
        unnest(list_distinct([
            {{ span_of_thirty_days('received_on') }}, {{ span_of_thirty_days('received_on - 29') }}
        ])) as span
    from pulls

),

replied as (

    select
        city_id,
        opened_at,
        opened_on,
        opened_batch_id,
        replied_at,
        replied_batch_id,
        {{ span_of_thirty_days('opened_on') }} as span
    from {{ ref('int_facebook_requests_replied') }}
    where replied_at is not null

)

select
    'facebook_response_delay' as indicator_id,
    spans_of_pulls.city_id,
    spans_of_pulls.received_on - 29 as period_start,
    spans_of_pulls.received_on as period_end,
    median(date_diff('second', replied.opened_at, replied.replied_at) / 3600.0) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'measured' as origin,
    false as is_provisional,
    'facebook_page' as source_id,
    spans_of_pulls.received_at as as_of,
    spans_of_pulls._batch_id
from spans_of_pulls
inner join replied
    on
        spans_of_pulls.city_id = replied.city_id
        and spans_of_pulls.span = replied.span
where
    replied.opened_on between spans_of_pulls.received_on - 29 and spans_of_pulls.received_on
    -- Only what this pull could know, so that an old figure is the same when everything is built again.
    and replied.replied_batch_id <= spans_of_pulls._batch_id
group by spans_of_pulls.city_id, spans_of_pulls.received_on, spans_of_pulls.received_at, spans_of_pulls._batch_id
