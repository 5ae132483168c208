with changes as (

    select
        city_id,
        _batch_id,
        sum(change) as change
    from {{ ref('int_family_accounts_changed') }}
    group by city_id, _batch_id

),

exports as (

    select
        city_id,
        received_at,
        received_on,
        _batch_id
    from {{ ref('int_family_exports_listed') }}
    where stream = 'accounts'

),

totals as (

    select
        exports.*,
        sum(changes.change) over (
            partition by exports.city_id
            order by exports._batch_id
        ) as active_accounts
    from exports
    left join changes
        on
            exports.city_id = changes.city_id
            and exports._batch_id = changes._batch_id

)

select
    'family_accounts' as indicator_id,
    city_id,
    received_on as period_start,
    received_on as period_end,
    cast(active_accounts as double) as value,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    'measured' as origin,
    false as is_provisional,
    'family_portal' as source_id,
    received_at as as_of,
    _batch_id
from totals
