{#- Batch ids only grow, in the order of loading: one number says what a model has already seen. They are read while
    the model is compiled, so that DuckDB gets a constant and skips whole row groups of the history. -#}

{% macro newest_batch_in(relation) -%}
    {%- if execute and is_incremental() -%}
        {{- run_query('select coalesce(max(_batch_id), 0) from ' ~ relation).columns[0].values()[0] -}}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{#- The newest batch of the last build that succeeded as a whole; 0 when everything is built again. -#}
{% macro transformed_up_to() -%}
    {%- if execute and not flags.FULL_REFRESH -%}
        {{- run_query(
            "select coalesce(max(_batch_id), 0) from meta.marks where step = 'transform'"
        ).columns[0].values()[0] -}}
    {%- else -%}
        0
    {%- endif -%}
{%- endmacro %}

{#- A data test with `where: _batch_id > __transformed_up_to__` looks at the rows of this build, not at the history. -#}
{% macro get_where_subquery(relation) -%}
    {%- set where = config.get('where') -%}
    {%- if where -%}
        (
            select * from {{ relation }}
            where {{ where | replace('__transformed_up_to__', transformed_up_to()) }}
        ) as rows_of_this_build
    {%- else -%}
        {{ relation }}
    {%- endif -%}
{%- endmacro %}
