{% macro local_day(instant, timezone) -%}
    cast({{ instant }} at time zone {{ timezone }} as date)
{%- endmacro %}

{#- Whether a period is exactly one day, week, month, quarter or year; a total since the launch is not. -#}
{% macro is_civil_period(cadence, period_start, period_end) -%}
    (
        cast(date_trunc({{ cadence }}, {{ period_start }}) as date) = {{ period_start }}
        and cast(date_trunc({{ cadence }}, {{ period_end }}) as date) = {{ period_start }}
        and cast(date_trunc({{ cadence }}, {{ period_end }} + 1) as date) = {{ period_end }} + 1
    )
{%- endmacro %}

{% macro cadence_interval(cadence) -%}
    case {{ cadence }}
        when 'day' then interval 1 day
        when 'week' then interval 7 day
        when 'month' then interval 1 month
        when 'quarter' then interval 3 month
        when 'year' then interval 1 year
    end
{%- endmacro %}

{#- Numbers the spans of thirty days since 1970, to meet two series of days without comparing each with each. -#}
{% macro span_of_thirty_days(day) -%}
    (({{ day }} - date '1970-01-01') // 30)
{%- endmacro %}
