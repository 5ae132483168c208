{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='city_id'
) }}

with communes as (

    select
        insee_code,
        population,
        department_code,
        region_code,
        epci_code
    from {{ ref('stg_geo_communes__communes') }}
    qualify row_number() over (partition by insee_code order by _batch_id desc) = 1

)

select
    cities.city_id,
    cities.name,
    cities.insee_code,
    cities.timezone,
    communes.department_code,
    communes.region_code,
    communes.epci_code,
    communes.population,
    strata.stratum,
    strata.stratum_fr,
    strata.stratum_en
from {{ ref('stg_catalog__cities') }} as cities
left join communes on cities.insee_code = communes.insee_code
asof left join {{ ref('population_strata') }} as strata on communes.population >= strata.lowest
