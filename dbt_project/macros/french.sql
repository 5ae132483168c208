{#- Text of a dropped file, already known to be one of the spellings the loader accepts. -#}
{% macro french_date(text) -%}
    cast(try_strptime(
        {{ text }},
        [
            '%Y-%m-%d', '%d/%m/%Y', '%d-%m-%Y', '%d.%m.%Y', '%d/%m/%y', '%Y/%m/%d', '%Y%m%d',
            '%Y-%m-%d %H:%M:%S', '%Y-%m-%dT%H:%M:%S', '%d/%m/%Y %H:%M', '%d/%m/%Y %H:%M:%S'
        ]
    ) as date)
{%- endmacro %}

{#- `1 234,5 €` is 1234.5: spaces of every width group the digits, and the comma is decimal. -#}
{% macro french_decimal(text) -%}
    try_cast(
        replace(regexp_replace({{ text }}, '[\s\x{00A0}\x{202F}€%]', '', 'g'), ',', '.') as double
    )
{%- endmacro %}
