{#- The office's day of this build. -#}
{% macro as_of() %}cast('{{ var("as_of") }}' as date){% endmacro %}

{#- Months since year 0, so that months can be counted and neighbours found. -#}
{% macro month_number(month) -%}
    cast(extract(year from {{ month }}) * 12 + extract(month from {{ month }}) as integer)
{%- endmacro %}

{#- How many months from `first` to `last`, both included. -#}
{% macro months_from_to(first, last) -%}
    ({{ month_number(last) }} - {{ month_number(first) }} + 1)
{%- endmacro %}

{% macro first_of_month(day) -%}
    {{ dbt.cast(dbt.date_trunc('month', day), 'date') }}
{%- endmacro %}

{% macro year_of(day) %}cast(extract(year from {{ day }}) as integer){% endmacro %}

{#- Whole years lived on `day`; born on 29 February, one ages on 1 March in other years. -#}
{% macro age_on(birth, day) -%}
    cast(
        extract(year from {{ day }}) - extract(year from {{ birth }})
        - case
            when extract(month from {{ day }}) * 100 + extract(day from {{ day }})
                < extract(month from {{ birth }}) * 100 + extract(day from {{ birth }})
            then 1 else 0
        end as integer
    )
{%- endmacro %}

{#- The only trace of a birth date that leaves the programme. -#}
{% macro age_band(birth) -%}
    {%- set age = age_on(birth, as_of()) -%}
    case
        when {{ birth }} is null then 'unknown'
        when {{ age }} < 18 then 'under_18'
        when {{ age }} < 25 then '18_24'
        when {{ age }} < 35 then '25_34'
        when {{ age }} < 45 then '35_44'
        when {{ age }} < 55 then '45_54'
        when {{ age }} < 65 then '55_64'
        else '65_over'
    end
{%- endmacro %}
