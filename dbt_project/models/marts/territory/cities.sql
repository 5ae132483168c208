with communes as (

    select
        insee_code,
        population,
        department_code,
        region_code,
        epci_code
    from {{ ref('stg_geo_communes__communes') }}
    qualify row_number() over (partition by insee_code order by _batch_id desc) = 1

),

-- Strata of the Direction générale des collectivités locales, by which French towns compare their accounts.
strata as (

    select *
    from (values
        (0, 499, 'under_500', 'moins de 500 habitants', 'under 500 inhabitants'),
        (500, 1999, '500_1999', '500 à 1 999 habitants', '500 to 1,999 inhabitants'),
        (2000, 3499, '2000_3499', '2 000 à 3 499 habitants', '2,000 to 3,499 inhabitants'),
        (3500, 4999, '3500_4999', '3 500 à 4 999 habitants', '3,500 to 4,999 inhabitants'),
        (5000, 9999, '5000_9999', '5 000 à 9 999 habitants', '5,000 to 9,999 inhabitants'),
        (10000, 19999, '10000_19999', '10 000 à 19 999 habitants', '10,000 to 19,999 inhabitants'),
        (20000, 49999, '20000_49999', '20 000 à 49 999 habitants', '20,000 to 49,999 inhabitants'),
        (50000, 99999, '50000_99999', '50 000 à 99 999 habitants', '50,000 to 99,999 inhabitants'),
        (100000, 99999999, '100000_and_more', '100 000 habitants et plus', '100,000 inhabitants and more')
    ) as bounds (lowest, highest, stratum, stratum_fr, stratum_en)

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
left join strata on communes.population between strata.lowest and strata.highest
