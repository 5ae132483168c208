select
    claim_id,
    document_id,
    document,
    publisher,
    published_on,
    city_id,
    indicator_id,
    said_on,
    claimed_value,
    comparison,
    period,
    sentence
from {{ source('catalog', 'claims') }}
