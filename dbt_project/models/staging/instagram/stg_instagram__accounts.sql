select
    accounts.city_id,
    try_cast(accounts.record ->> 'followers_count' as bigint) as followers,
    try_cast(accounts.record ->> 'media_count' as bigint) as media,
    accounts._batch_id,
    accounts._received_at as received_at,
    {{ local_day('accounts._received_at', 'cities.timezone') }} as received_on
from {{ source('instagram', 'instagram__account') }} as accounts
inner join {{ ref('stg_catalog__cities') }} as cities on accounts.city_id = cities.city_id
