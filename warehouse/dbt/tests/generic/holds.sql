{#- A fact about every row of a mart; a row where it is not true is returned. -#}
{% test holds(model, fact) %}
with rows_of_mart as (
    select * from {{ model }}
)

select * from rows_of_mart
where coalesce({{ fact }}, false) = false
{% endtest %}
