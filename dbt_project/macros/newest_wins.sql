{#- Two deletes instead of one join on the whole key: both are bounded by constants, so that DuckDB reads only the row
    groups that may hold the replaced rows, not ten years of them. -#}
{% macro get_incremental_newest_wins_sql(arg_dict) %}
    {%- set target, new = arg_dict['target_relation'], arg_dict['temp_relation'] -%}
    {%- set columns = get_quoted_csv(arg_dict['dest_columns'] | map(attribute='name')) -%}
    {%- set keys = arg_dict['unique_key'] -%}
    {%- set whole = config.require('recomputed_by_town') -%}
    {%- set bounds = run_query(
        'select min(period_end), max(period_end) from ' ~ new
        ~ " where indicator_id not in ('" ~ whole | join("', '") ~ "')"
    ).rows[0] -%}

    {%- if bounds[0] is not none %}
    delete from {{ target }} as old
    using {{ new }} as new
    where
        old.period_end between date '{{ bounds[0] }}' and date '{{ bounds[1] }}'
        {% for key in keys -%}
        and old.{{ key }} = new.{{ key }}
        {% endfor -%}
    ;
    {%- endif %}

    delete from {{ target }} as old
    using (
        select distinct city_id, indicator_id from {{ new }}
        where indicator_id in ('{{ whole | join("', '") }}')
    ) as new
    where
        old.indicator_id in ('{{ whole | join("', '") }}')
        and old.city_id = new.city_id
        and old.indicator_id = new.indicator_id
    ;

    insert into {{ target }} ({{ columns }})
    select {{ columns }} from {{ new }}
{% endmacro %}
