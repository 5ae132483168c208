{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key=['document_id', 'claim_id']
) }}

{% set known = transformed_up_to() if is_incremental() else 0 %}

with all_claims as (

    select * from {{ ref('stg_catalog__claims') }}

),

{% if is_incremental() %}
changed as (

    select distinct
        all_claims.document_id,
        all_claims.claim_id
    from all_claims
    inner join {{ ref('indicator_values') }} as new_values
        on
            all_claims.city_id = new_values.city_id
            and all_claims.indicator_id = new_values.indicator_id
            and all_claims.said_on >= new_values.period_end
    where new_values._batch_id > {{ known }}

),

claims as (

    select all_claims.*
    from all_claims
    semi join changed
        on
            all_claims.document_id = changed.document_id
            and all_claims.claim_id = changed.claim_id

),
{% else %}
claims as (

    select * from all_claims

),
{% endif %}

measures as (

    select
        claims.document_id,
        claims.claim_id,
        claims.period,
        indicators.kind,
        figures.period_start,
        figures.period_end,
        figures.value,
        figures.status,
        {{ is_civil_period('indicators.cadence', 'figures.period_start', 'figures.period_end') }} as is_civil
    from claims
    inner join {{ ref('indicator_values') }} as figures
        on
            claims.city_id = figures.city_id
            and claims.indicator_id = figures.indicator_id
            and claims.said_on >= figures.period_end
    inner join {{ ref('stg_catalog__indicators') }} as indicators on claims.indicator_id = indicators.indicator_id

),

eligible as (

    select *
    from measures
    where
        case
            when kind <> 'flow' then true
            when period = 'cumulated' then not is_civil
            else is_civil and status = 'published'
        end

),

latest as (

    select *
    from eligible
    qualify
        row_number() over (
            partition by document_id, claim_id
            order by period_end desc, period_start asc
        ) = 1

)

select
    claims.claim_id,
    claims.document_id,
    claims.document,
    claims.publisher,
    claims.published_on,
    claims.sentence,
    claims.said_on,
    claims.city_id,
    claims.indicator_id,
    claims.claimed_value,
    claims.comparison,
    latest.value as measured_value,
    latest.period_start as measured_period_start,
    latest.period_end as measured_period_end,
    latest.value - claims.claimed_value as gap,
    case
        when latest.value is null then 'not_measured'
        when
            case claims.comparison
                when 'exactly' then round(latest.value, indicators.decimals) = claims.claimed_value
                when 'at_least' then latest.value >= claims.claimed_value
                when 'about' then abs(latest.value - claims.claimed_value) <= 0.1 * abs(claims.claimed_value)
            end
            then 'confirmed'
        else 'differs'
    end as verdict
from claims
inner join {{ ref('stg_catalog__indicators') }} as indicators on claims.indicator_id = indicators.indicator_id
left join latest
    on
        claims.document_id = latest.document_id
        and claims.claim_id = latest.claim_id
