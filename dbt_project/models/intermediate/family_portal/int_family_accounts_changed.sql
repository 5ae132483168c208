{{ config(incremental_strategy='append') }}

{% set seen = newest_batch_in(this) %}

with said_now as (

    select
        city_id,
        account_id,
        is_active,
        line,
        _batch_id
    from {{ ref('stg_family_portal__accounts') }}
    where _batch_id > {{ seen }}

),

{% if is_incremental() %}
said as (

    select * from said_now

    union all

    select
        earlier.city_id,
        earlier.account_id,
        earlier.is_active,
        earlier.line,
        earlier._batch_id
    from {{ this }} as earlier
    semi join said_now
        on
            earlier.city_id = said_now.city_id
            and earlier.account_id = said_now.account_id

),
{% else %}
said as (

    select * from said_now

),
{% endif %}

-- A file may say two things of one account: its last line wins, as the next export would.
last_said as (

    select *
    from said
    qualify row_number() over (partition by city_id, account_id, _batch_id order by line desc) = 1

),

compared as (

    select
        *,
        lag(is_active) over (partition by city_id, account_id order by _batch_id) as was_active
    from last_said

)

select
    city_id,
    account_id,
    is_active,
    cast(is_active as integer) - cast(coalesce(was_active, false) as integer) as change,
    line,
    _batch_id
from compared
where
    is_active is distinct from was_active
    and _batch_id > {{ seen }}
