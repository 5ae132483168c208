select
    indicator_id,
    kind,
    cadence,
    decimals,
    definition_version
from {{ source('catalog', 'indicators') }}
