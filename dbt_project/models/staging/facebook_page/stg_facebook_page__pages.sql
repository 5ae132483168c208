select
    pages.city_id,
    try_cast(pages.record ->> 'followers_count' as bigint) as followers,
    pages._batch_id,
    pages._received_at as received_at,
    {{ local_day('pages._received_at', 'cities.timezone') }} as received_on
from {{ source('facebook_page', 'facebook_page__page') }} as pages
inner join {{ ref('stg_catalog__cities') }} as cities on pages.city_id = cities.city_id
