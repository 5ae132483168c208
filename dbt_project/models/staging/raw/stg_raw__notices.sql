select
    _batch_id,
    source_id,
    city_id,
    stream,
    severity,
    code
from {{ source('raw', 'notices') }}
