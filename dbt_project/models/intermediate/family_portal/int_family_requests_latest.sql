{{ config(
    incremental_strategy='delete+insert',
    unique_key=['city_id', 'request_id']
) }}

select
    city_id,
    request_id,
    submitted_on,
    is_counted,
    _batch_id
from {{ ref('int_family_requests_changed') }}
where _batch_id > {{ newest_batch_in(this) }}
qualify row_number() over (partition by city_id, request_id order by _batch_id desc) = 1
