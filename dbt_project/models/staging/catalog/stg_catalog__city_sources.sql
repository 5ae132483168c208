select
    city_id,
    source_id
from {{ source('catalog', 'city_sources') }}
