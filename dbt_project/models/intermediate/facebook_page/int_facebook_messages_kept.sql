{{ config(incremental_strategy='append') }}

-- Meta gives the last 20 messages of a conversation, again and again: each is kept once, as first seen.
with new_messages as (

    select
        city_id,
        conversation_id,
        message_id,
        is_from_page,
        sent_at,
        sent_on,
        _batch_id
    from {{ ref('stg_facebook_page__messages') }}
    where
        _batch_id > {{ newest_batch_in(this) }}
        -- Without its time and direction a message tells nothing of a delay.
        and message_id is not null
        and sent_at is not null
        and is_from_page is not null
    qualify
        row_number() over (
            partition by city_id, conversation_id, message_id
            order by _batch_id
        ) = 1

)

select new_messages.*
from new_messages
{% if is_incremental() %}
anti join {{ this }} as kept
    on
        new_messages.city_id = kept.city_id
        and new_messages.conversation_id = kept.conversation_id
        and new_messages.message_id = kept.message_id
{% endif %}
