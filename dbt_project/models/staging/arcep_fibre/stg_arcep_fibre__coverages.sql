select
    city_id,
    code_insee as insee_code,
    {{ french_date('date') }} as quarter_end,
    cast({{ french_decimal('nbr') }} as bigint) as premises,
    cast({{ french_decimal('elig_ftth') }} as bigint) as premises_fibre_reaches,
    _batch_id,
    _received_at as received_at,
    {{ local_day('_received_at', "'Europe/Paris'") }} as received_on
from {{ source('arcep_fibre', 'arcep_fibre__coverage') }}
