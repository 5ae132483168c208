{{ config(
    materialized='incremental',
    incremental_strategy='newest_wins',
    unique_key=['city_id', 'indicator_id', 'period_start', 'period_end'],
    recomputed_by_town=['online_procedures']
) }}

{% set indicators = [
    ref('ind_facebook_followers'),
    ref('ind_facebook_response_delay'),
    ref('ind_family_accounts'),
    ref('ind_fibre_coverage_share'),
    ref('ind_instagram_followers'),
    ref('ind_newsletter_subscribers'),
    ref('ind_online_procedures'),
    ref('ind_open_datasets'),
    ref('ind_participatory_votes_online_share'),
] %}

{% set known = transformed_up_to() if is_incremental() else 0 %}

with measured as (

    {% for indicator in indicators %}
    select
        indicator_id,
        city_id,
        period_start,
        period_end,
        value,
        numerator,
        denominator,
        origin,
        is_provisional,
        source_id,
        as_of,
        _batch_id
    from {{ indicator }}
    where _batch_id > {{ known }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

newest as (

    select *
    from measured
    qualify
        row_number() over (
            partition by city_id, indicator_id, period_start, period_end
            order by _batch_id desc, as_of desc
        ) = 1

)

select
    newest.city_id,
    newest.indicator_id,
    newest.period_start,
    newest.period_end,
    newest.value,
    newest.numerator,
    newest.denominator,
    newest.origin,
    if(newest.is_provisional, 'provisional', 'published') as status,
    newest.source_id,
    newest.as_of,
    indicators.definition_version,
    newest._batch_id
from newest
inner join {{ ref('stg_catalog__indicators') }} as indicators on newest.indicator_id = indicators.indicator_id
