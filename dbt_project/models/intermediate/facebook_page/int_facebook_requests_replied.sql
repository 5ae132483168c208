{{ config(
    incremental_strategy='delete+insert',
    unique_key=['city_id', 'conversation_id']
) }}

{% set seen = newest_batch_in(this) %}

-- A new message may complete an earlier request: conversations that received one are computed again, as a whole.
with touched as (

    select distinct
        city_id,
        conversation_id
    from {{ ref('int_facebook_messages_kept') }}
    where _batch_id > {{ seen }}

),

messages as (

    select kept.*
    from {{ ref('int_facebook_messages_kept') }} as kept
    semi join touched
        on
            kept.city_id = touched.city_id
            and kept.conversation_id = touched.conversation_id

),

after_silence as (

    select
        *,
        lag(sent_at) over conversation as previous_sent_at,
        not is_from_page
        -- Meta's own rule: a request starts after 24 hours of silence on both sides.
        and coalesce(sent_at - lag(sent_at) over conversation >= interval 24 hour, true) as is_opening
    from messages
    window conversation as (partition by city_id, conversation_id order by sent_at, message_id)

),

in_requests as (

    select
        *,
        max(sent_at) filter (where is_opening) over (
            partition by city_id, conversation_id
            order by sent_at, message_id
        ) as request_opened_at
    from after_silence

),

with_replies as (

    select
        *,
        -- Earlier than 10 seconds, it is the page's automatic greeting.
        is_from_page
        and coalesce(sent_at >= request_opened_at + interval 10 second, false) as is_reply
    from in_requests

),

first_replies as (

    select
        *,
        min(sent_at) filter (where is_reply) over following as replied_at,
        arg_min(_batch_id, sent_at) filter (where is_reply) over following as replied_batch_id
    from with_replies
    window following as (
        partition by city_id, conversation_id
        order by sent_at, message_id
        rows between 1 following and unbounded following
    )

)

select
    city_id,
    conversation_id,
    message_id as first_message_id,
    sent_at as opened_at,
    sent_on as opened_on,
    _batch_id as opened_batch_id,
    replied_at,
    replied_batch_id,
    max(_batch_id) over (partition by city_id, conversation_id) as _batch_id
from first_replies
qualify is_opening
