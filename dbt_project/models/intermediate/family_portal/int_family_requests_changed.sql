{{ config(incremental_strategy='append') }}

with said as (

    select city_id, request_id, submitted_on, is_counted, line, _batch_id
    from {{ ref('stg_family_portal__requests') }}
    where _batch_id > {{ newest_batch_in(this) }}

    {% if is_incremental() %}
    union all

    select city_id, request_id, submitted_on, is_counted, line, _batch_id
    from {{ this }}
    where (city_id, request_id) in (
        select (city_id, request_id)
        from {{ ref('stg_family_portal__requests') }}
        where _batch_id > {{ newest_batch_in(this) }}
    )
    {% endif %}

),

-- A file may say two things of one request: its last line wins, as the next export would.
last_said as (

    select *
    from said
    qualify row_number() over (partition by city_id, request_id, _batch_id order by line desc) = 1

),

compared as (

    select
        *,
        lag(is_counted) over (partition by city_id, request_id order by _batch_id) as was_counted,
        lag(submitted_on) over (partition by city_id, request_id order by _batch_id) as was_submitted_on
    from last_said

)

select
    city_id,
    request_id,
    submitted_on,
    is_counted,
    cast(is_counted as integer) - cast(coalesce(was_counted, false) as integer) as change,
    line,
    _batch_id
from compared
where
    (is_counted is distinct from was_counted or submitted_on is distinct from was_submitted_on)
    and _batch_id > {{ newest_batch_in(this) }}
