{% test always(model, condition) %}
    select *
    from {{ model }}
    where not ({{ condition }})
{% endtest %}
