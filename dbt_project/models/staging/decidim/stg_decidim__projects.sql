select
    projects.city_id,
    projects.id as project_id,
    projects.budget_id,
    cast({{ french_decimal('projects.confirmed_votes') }} as bigint) as online_votes,
    cast({{ french_decimal('projects.paper_votes') }} as bigint) as paper_votes,
    projects._batch_id,
    projects._received_at as received_at,
    {{ local_day('projects._received_at', 'cities.timezone') }} as received_on
from {{ source('decidim', 'decidim__projects') }} as projects
inner join {{ ref('stg_catalog__cities') }} as cities on projects.city_id = cities.city_id
