select
    city_id,
    name,
    insee_code,
    timezone
from {{ source('catalog', 'cities') }}
