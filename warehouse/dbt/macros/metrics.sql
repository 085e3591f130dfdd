{#-
    The programme's figures, each defined once and used by every mart over `coverage_counts`.
    A worker-month that is confirmed was paid, and one that is paid was billed: a state counts with all before it.
-#}
{% macro reached(state) -%}
    {%- set states = {'billed': "'billed', 'paid', 'confirmed'", 'paid': "'paid', 'confirmed'", 'confirmed': "'confirmed'"} -%}
    state in ({{ states[state] }})
{%- endmacro %}

{#- Worker-months that reached a state (one person, one calendar month each), of those for which `condition` holds. -#}
{% macro worker_months(state, condition='true') -%}
    {{ total('worker_months', reached(state) ~ ' and ' ~ condition) }}
{%- endmacro %}

{#- Rupiah of the worker-months that reached a state. -#}
{% macro contribution(state, column='amount') -%}
    {{ total(column, reached(state)) }}
{%- endmacro %}

{#- A sum in whole rupiah or whole things; nothing is 0. -#}
{% macro total(column, condition=none) -%}
    cast(coalesce(sum({{ column }}){% if condition %} filter (where {{ condition }}){% endif %}, 0) as bigint)
{%- endmacro %}

{#- A share in percent with two decimals; of nothing it is unknown. -#}
{% macro percent(part, whole) -%}
    cast(round(cast({{ part }} as numeric(18, 2)) * 100 / nullif(cast({{ whole }} as numeric(18, 2)), 0), 2) as numeric(9, 2))
{%- endmacro %}
