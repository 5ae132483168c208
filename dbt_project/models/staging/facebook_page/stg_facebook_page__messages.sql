with messages as (

    select
        city_id,
        record ->> 'id' as conversation_id,
        unnest(try_cast(record -> 'messages' as json[])) as message,
        _batch_id,
        _received_at
    from {{ source('facebook_page', 'facebook_page__conversations') }}

)

select
    messages.city_id,
    messages.conversation_id,
    messages.message ->> 'id' as message_id,
    try_cast(messages.message ->> 'from_page' as boolean) as is_from_page,
    try_cast(messages.message ->> 'created_time' as timestamptz) as sent_at,
    {{ local_day("try_cast(messages.message ->> 'created_time' as timestamptz)", 'cities.timezone') }} as sent_on,
    messages._batch_id,
    messages._received_at as received_at,
    {{ local_day('messages._received_at', 'cities.timezone') }} as received_on
from messages
inner join {{ ref('stg_catalog__cities') }} as cities on messages.city_id = cities.city_id
