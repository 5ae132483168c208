select
    accounts.city_id,
    accounts.account_id,
    accounts.status = 'active' as is_active,
    accounts._batch_id,
    accounts._row as line,
    accounts._received_at as received_at,
    {{ local_day('accounts._received_at', 'cities.timezone') }} as received_on
from {{ source('family_portal', 'family_portal__accounts') }} as accounts
inner join {{ ref('stg_catalog__cities') }} as cities on accounts.city_id = cities.city_id
