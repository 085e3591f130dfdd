{#-
    Rebuilt month by month: facts only grow, so a month whose counts by state are those of the programme holds the same rows.
    Sex and decile are of the person and may be corrected, so a month in which one differs is rebuilt too.
    Each CTE is read once: PostgreSQL writes one that is read twice to disk.
-#}
{{ config(
    materialized='incremental',
    unique_key='month',
    incremental_strategy='insert_overwrite' if target.type == 'spark' else 'delete+insert',
    partition_by='month' if target.type == 'spark' else none,
    on_schema_change='fail',
) }}

with coverage as (
    select * from {{ ref('stg_jamsos__coverage_months') }}
),

people as (
    select * from {{ ref('stg_jamsos__people') }}
),

lines as (
    select * from {{ ref('int_decree_lines_traced') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

regions as (
    select * from {{ ref('regions') }}
),

described as (
    select
        coverage.month,
        coverage.person_id,
        coverage.fund_id,
        funds.fund_code,
        coverage.bill_id,
        coverage.decree_line_id,
        lines.root_id as decree_id,
        lines.root_number as decree_number,
        coverage.village_code,
        regions.district_code,
        regions.regency_code,
        people.sex,
        coalesce(coverage.group_code, 'none') as group_code,
        case when lines.is_decided then lines.decided_decile else people.decile end as decile,
        coverage.state,
        coverage.jkk_amount,
        coverage.jkm_amount,
        coverage.amount
    from coverage
    join people on people.person_id = coverage.person_id
    join lines on lines.decree_line_id = coverage.decree_line_id
    join funds on funds.fund_id = coverage.fund_id
    join regions on regions.village_code = coverage.village_code
)

{%- if not is_incremental() %}

select * from described

{%- else %},

kept as (
    select month, state, count(*) as worker_months
    from {{ ref('stg_jamsos__coverage_months') }}
    group by month, state
),

held as (
    select month, state, count(*) as worker_months from {{ this }} group by month, state
),

mart as (
    select * from {{ this }}
),

persons as (
    select * from {{ ref('stg_jamsos__people') }}
),

decided as (
    select * from {{ ref('int_decree_lines_traced') }}
),

corrected as (
    select mart.month
    from mart
    join persons on persons.person_id = mart.person_id
    join decided on decided.decree_line_id = mart.decree_line_id
    where persons.sex <> mart.sex
        or coalesce(case when decided.is_decided then decided.decided_decile else persons.decile end, 0) <> coalesce(mart.decile, 0)
),

changed as (
    select kept.month
    from kept
    left join held
        on held.month = kept.month
        and held.state = kept.state
        and held.worker_months = kept.worker_months
    where held.month is null
    union
    select month from corrected
)

select described.*
from described
join changed on changed.month = described.month

{%- endif %}
