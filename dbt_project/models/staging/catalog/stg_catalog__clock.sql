select now as built_at
from {{ source('catalog', 'clock') }}
