select
    batches._batch_id,
    batches.source_id,
    batches.city_id,
    batches.received_at,
    {{ local_day('batches.received_at', "coalesce(cities.timezone, 'Europe/Paris')") }} as received_on,
    batches.status,
    batches.error
from {{ source('raw', 'batches') }} as batches
-- A national batch belongs to no town; the country's own day is then the day it was received.
left join {{ ref('stg_catalog__cities') }} as cities on batches.city_id = cities.city_id
