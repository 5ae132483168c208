with components as (

    select
        city_id,
        record,
        unnest(try_cast(record -> 'components' as json[])) as component,
        _batch_id,
        _received_at
    from {{ source('decidim', 'decidim__processes') }}

),

budgets as (

    select
        city_id,
        unnest(try_cast(component -> 'budgets' -> 'edges' as json[])) -> 'node' as budget,
        record,
        _batch_id,
        _received_at
    from components

)

select
    budgets.city_id,
    budgets.budget ->> 'id' as budget_id,
    -- The platform dates a process, not its vote: the vote is what a participatory budget ends with.
    year(try_cast(left(coalesce(
        budgets.record ->> 'endDate', budgets.record ->> 'startDate', budgets.record ->> 'publishedAt'
    ), 10) as date)) as vote_year,
    budgets._batch_id,
    budgets._received_at as received_at,
    {{ local_day('budgets._received_at', 'cities.timezone') }} as received_on
from budgets
inner join {{ ref('stg_catalog__cities') }} as cities on budgets.city_id = cities.city_id
