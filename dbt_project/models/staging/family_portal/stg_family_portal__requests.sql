select
    requests.city_id,
    requests.request_id,
    {{ french_date('requests.submitted_on') }} as submitted_on,
    -- The status is an optional column: a request nobody called cancelled is not cancelled.
    requests.channel = 'internet' and coalesce(requests.status, '') <> 'cancelled' as is_counted,
    requests._batch_id,
    requests._row as line,
    requests._received_at as received_at,
    {{ local_day('requests._received_at', 'cities.timezone') }} as received_on
from {{ source('family_portal', 'family_portal__requests') }} as requests
inner join {{ ref('stg_catalog__cities') }} as cities on requests.city_id = cities.city_id
