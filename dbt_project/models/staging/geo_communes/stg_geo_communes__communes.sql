select
    city_id,
    record ->> 'code' as insee_code,
    record ->> 'nom' as name,
    try_cast(record ->> 'population' as integer) as population,
    record ->> 'codeDepartement' as department_code,
    record ->> 'codeRegion' as region_code,
    record ->> 'codeEpci' as epci_code,
    _batch_id,
    _received_at as received_at,
    {{ local_day('_received_at', "'Europe/Paris'") }} as received_on
from {{ source('geo_communes', 'geo_communes__communes') }}
