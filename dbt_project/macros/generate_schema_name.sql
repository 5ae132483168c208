{#- Schemas are named plainly: the warehouse has one user, the pipeline. -#}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ (custom_schema_name or target.schema) | trim }}
{%- endmacro %}
