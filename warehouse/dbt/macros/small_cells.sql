{#-
    Whether a cell must not be shown: it counts fewer persons than `smallest_cell`, or it could be computed from what is shown.
    Where a cell is hidden, the next larger one is hidden with it, and more of them until those hidden are together no small cell either:
    the total of `within` may be known.
-#}
{% macro is_hidden(workers, within, cell) -%}
    {%- set smallest = var('smallest_cell') -%}
    {%- set in_order = 'partition by ' ~ within ~ ' order by ' ~ workers ~ ', ' ~ cell -%}
    (
        {{ workers }} < {{ smallest }}
        or (
            min({{ workers }}) over (partition by {{ within }}) < {{ smallest }}
            and (
                row_number() over ({{ in_order }}) = 2
                or sum({{ workers }}) over ({{ in_order }} rows between unbounded preceding and 1 preceding) < {{ smallest }}
            )
        )
    )
{%- endmacro %}

{#- Whether a count that stands alone may be shown: of nobody, or of enough. -#}
{% macro is_shown(workers) -%}
    ({{ workers }} = 0 or {{ workers }} >= {{ var('smallest_cell') }})
{%- endmacro %}
