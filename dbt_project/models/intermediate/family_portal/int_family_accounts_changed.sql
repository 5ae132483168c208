{{ config(incremental_strategy='append') }}

with said as (

    select city_id, account_id, is_active, line, _batch_id
    from {{ ref('stg_family_portal__accounts') }}
    where _batch_id > {{ newest_batch_in(this) }}

    {% if is_incremental() %}
    union all

    select city_id, account_id, is_active, line, _batch_id
    from {{ this }}
    where (city_id, account_id) in (
        select (city_id, account_id)
        from {{ ref('stg_family_portal__accounts') }}
        where _batch_id > {{ newest_batch_in(this) }}
    )
    {% endif %}

),

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
    and _batch_id > {{ newest_batch_in(this) }}
