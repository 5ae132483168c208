{{ config(incremental_strategy='append') }}

with exports as (

    select distinct
        city_id,
        'accounts' as stream,
        received_at,
        received_on,
        _batch_id
    from {{ ref('stg_family_portal__accounts') }}
    where _batch_id > {{ newest_batch_in(this) }}

    union all

    select distinct
        city_id,
        'requests' as stream,
        received_at,
        received_on,
        _batch_id
    from {{ ref('stg_family_portal__requests') }}
    where _batch_id > {{ newest_batch_in(this) }}

)

select * from exports
