select
    datasets.city_id,
    datasets.record ->> 'dataset_id' as dataset_id,
    datasets.record ->> 'visibility' as visibility,
    datasets._batch_id,
    datasets._received_at as received_at,
    {{ local_day('datasets._received_at', 'cities.timezone') }} as received_on
from {{ source('opendatasoft', 'opendatasoft__datasets') }} as datasets
inner join {{ ref('stg_catalog__cities') }} as cities on datasets.city_id = cities.city_id
