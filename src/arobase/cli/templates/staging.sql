with

records as (

    select * from {{ source('$id', '$id__records') }}

)

select
    city_id,
    _batch_id,
    _received_at as received_at
from records
