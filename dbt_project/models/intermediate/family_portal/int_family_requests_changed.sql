{{ config(incremental_strategy='append') }}

{% set seen = newest_batch_in(this) %}

with said_now as (

    select
        city_id,
        request_id,
        submitted_on,
        is_counted,
        line,
        _batch_id
    from {{ ref('stg_family_portal__requests') }}
    where _batch_id > {{ seen }}

),

{% if is_incremental() %}
said as (

    select * from said_now

    union all

    select
        earlier.city_id,
        earlier.request_id,
        earlier.submitted_on,
        earlier.is_counted,
        earlier.line,
        earlier._batch_id
    from {{ this }} as earlier
    semi join said_now
        on
            earlier.city_id = said_now.city_id
            and earlier.request_id = said_now.request_id

),
{% else %}
said as (

    select * from said_now

),
{% endif %}

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
    and _batch_id > {{ seen }}
