select
    lists.city_id,
    lists.record ->> 'id' as list_id,
    try_cast(lists.record ->> 'totalSubscribers' as bigint) as subscribers,
    lists._batch_id,
    lists._received_at as received_at,
    {{ local_day('lists._received_at', 'cities.timezone') }} as received_on
from {{ source('brevo', 'brevo__lists') }} as lists
inner join {{ ref('stg_catalog__cities') }} as cities on lists.city_id = cities.city_id
