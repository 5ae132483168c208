select
    'fibre_coverage_share' as indicator_id,
    cities.city_id,
    coverages.quarter_end as period_start,
    coverages.quarter_end as period_end,
    -- Arcep estimates the number of premises: the share may exceed 100, and is left as it is.
    100.0 * coverages.premises_fibre_reaches / coverages.premises as value,
    cast(coverages.premises_fibre_reaches as double) as numerator,
    cast(coverages.premises as double) as denominator,
    'measured' as origin,
    false as is_provisional,
    'arcep_fibre' as source_id,
    coverages.received_at as as_of,
    coverages._batch_id
from {{ ref('stg_arcep_fibre__coverages') }} as coverages
inner join {{ ref('stg_catalog__cities') }} as cities on coverages.insee_code = cities.insee_code
inner join {{ ref('stg_catalog__city_sources') }} as city_sources
    on
        cities.city_id = city_sources.city_id
        and city_sources.source_id = 'arcep_fibre'
where coverages.premises > 0 and coverages.premises_fibre_reaches is not null
