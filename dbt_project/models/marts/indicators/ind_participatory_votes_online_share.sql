with editions as (

    select
        projects.city_id,
        budgets.vote_year,
        sum(projects.online_votes) as online_votes,
        sum(projects.paper_votes) as paper_votes,
        count(projects.online_votes) = count(*) and count(projects.paper_votes) = count(*) as is_complete,
        projects.received_at,
        projects.received_on,
        projects._batch_id
    from {{ ref('stg_decidim__projects') }} as projects
    inner join {{ ref('stg_decidim__budgets') }} as budgets
        on
            projects._batch_id = budgets._batch_id
            and projects.city_id = budgets.city_id
            and projects.budget_id = budgets.budget_id
    where budgets.vote_year is not null
    group by projects.city_id, budgets.vote_year, projects.received_at, projects.received_on, projects._batch_id

)

select
    'participatory_votes_online_share' as indicator_id,
    city_id,
    make_date(vote_year, 1, 1) as period_start,
    make_date(vote_year, 12, 31) as period_end,
    100.0 * online_votes / (online_votes + paper_votes) as value,
    cast(online_votes as double) as numerator,
    cast(online_votes + paper_votes as double) as denominator,
    'measured' as origin,
    make_date(vote_year, 12, 31) >= received_on as is_provisional,
    'decidim' as source_id,
    received_at as as_of,
    _batch_id
from editions
-- Paper votes nobody entered are not zero: the share is then unknown, and certainly not 100 %.
where is_complete and online_votes + paper_votes > 0
