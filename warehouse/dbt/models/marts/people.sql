with people as (
    select * from {{ ref('stg_jamsos__people') }}
),

regions as (
    select * from {{ ref('regions') }}
),

groups as (
    select
        person_id,
        {%- for code, column in groups().items() %}
        bool_or(group_code = '{{ code }}') as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ ref('stg_jamsos__person_groups') }}
    group by person_id
),

sources as (
    select * from {{ ref('stg_jamsos__person_sources') }}
),

rows_of_registers as (
    select * from {{ ref('stg_jamsos__registry_rows') }}
),

loads as (
    select * from {{ ref('stg_jamsos__registry_loads') }}
),

person_registers as (
    select sources.person_id, loads.source
    from sources
    join rows_of_registers on rows_of_registers.row_id = sources.row_id
    join loads on loads.load_id = rows_of_registers.load_id
    group by sources.person_id, loads.source
),

registers as (
    select person_id, count(*) as register_count from person_registers group by person_id
),

paid_months as (
    select
        person_id,
        month,
        amount,
        -- neighbouring months share this difference, so it names an unbroken run
        {{ month_number('month') }} - row_number() over (partition by person_id order by month) as run
    from {{ ref('coverage_months') }}
    where {{ reached('paid') }} and month <= {{ as_of() }}
),

runs as (
    select
        person_id,
        count(*) as worker_months,
        {{ total('amount') }} as amount,
        min(month) as first_month,
        max(month) as last_month,
        row_number() over (partition by person_id order by max(month) desc) as newest
    from paid_months
    group by person_id, run
),

cover as (
    select
        person_id,
        cast(sum(worker_months) as bigint) as worker_months,
        {{ total('amount') }} as amount,
        min(first_month) as first_covered_month,
        max(last_month) as last_covered_month,
        max(worker_months) filter (where newest = 1) as consecutive_paid_months
    from runs
    group by person_id
),

latest as (
    select max(last_covered_month) as month from cover
)

select
    people.person_id,
    people.sex,
    people.age_band,
    people.decile,
    {%- for column in groups().values() %}
    coalesce(groups.{{ column }}, false) as {{ column }},
    {%- endfor %}
    people.village_code,
    regions.district_code,
    regions.regency_code,
    coalesce(registers.register_count, 0) as register_count,
    coalesce(cover.last_covered_month = latest.month, false) as is_protected,
    cover.first_covered_month,
    cover.last_covered_month,
    coalesce(cover.consecutive_paid_months, 0) as consecutive_paid_months,
    coalesce(cover.worker_months, 0) as worker_months,
    coalesce(cover.amount, 0) as amount
from people
cross join latest
left join regions on regions.village_code = people.village_code
left join groups on groups.person_id = people.person_id
left join registers on registers.person_id = people.person_id
left join cover on cover.person_id = people.person_id
-- an id that ended in another keeps its place only for the months that were paid under it
where people.is_merged is not true or cover.person_id is not null
