{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['city_id', 'source_id']
) }}

with expected as (

    select
        city_sources.city_id,
        city_sources.source_id,
        -- A national batch serves every town that has the source.
        if(sources.scope = 'national', '_national', city_sources.city_id) as received_for,
        sources.cadence,
        sources.grace_hours
    from {{ ref('stg_catalog__city_sources') }} as city_sources
    inner join {{ ref('stg_catalog__sources') }} as sources on city_sources.source_id = sources.source_id

),

received as (

    select
        city_id as received_for,
        source_id,
        max(received_at) filter (where status <> 'failed') as last_received_at,
        arg_max(status, _batch_id) = 'failed' as is_last_failed,
        arg_max(error, _batch_id) as last_error
    from {{ ref('stg_raw__batches') }}
    group by city_id, source_id

),

due as (

    select
        expected.city_id,
        expected.source_id,
        expected.cadence,
        received.last_received_at,
        received.last_received_at
        + {{ cadence_interval('expected.cadence') }}
        + to_hours(expected.grace_hours) as due_at,
        coalesce(received.is_last_failed, false) as is_last_failed,
        received.last_error
    from expected
    left join received
        on
            expected.received_for = received.received_for
            and expected.source_id = received.source_id

)

select
    due.city_id,
    due.source_id,
    due.cadence,
    due.last_received_at,
    due.due_at,
    case
        when due.is_last_failed then 'failed'
        when due.last_received_at is null then 'never'
        when clock.built_at > due.due_at then 'late'
        else 'fresh'
    end as state,
    if(due.is_last_failed, due.last_error, null) as last_error
from due
cross join {{ ref('stg_catalog__clock') }} as clock
