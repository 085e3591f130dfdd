{#- The columns that together name a row. -#}
{% test unique_together(model, columns) %}
with rows_of_mart as (
    select * from {{ model }}
)

select {{ columns | join(', ') }}, count(*) as times
from rows_of_mart
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
