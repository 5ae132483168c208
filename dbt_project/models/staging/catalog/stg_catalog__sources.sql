select
    source_id,
    scope,
    cadence,
    grace_hours
from {{ source('catalog', 'sources') }}
