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

cover as (
    select
        person_id,
        count(*) as worker_months,
        {{ total('amount') }} as amount,
        min(month) as first_covered_month,
        max(month) as last_covered_month
    from {{ ref('coverage_months') }}
    where {{ reached('paid') }} and month <= {{ as_of() }}
    group by person_id
),

protected as (
    select * from {{ ref('int_people_protected') }}
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
    protected.person_id is not null as is_protected,
    coalesce(protected.cover, 'none') as cover,
    protected.protected_to,
    cover.first_covered_month,
    cover.last_covered_month,
    coalesce(protected.consecutive_months, 0) as consecutive_paid_months,
    coalesce(protected.has_full_death_benefit, false) as has_full_death_benefit,
    coalesce(protected.has_scholarship, false) as has_scholarship,
    coalesce(cover.worker_months, 0) as worker_months,
    coalesce(cover.amount, 0) as amount
from people
left join regions on regions.village_code = people.village_code
left join groups on groups.person_id = people.person_id
left join registers on registers.person_id = people.person_id
left join cover on cover.person_id = people.person_id
left join protected on protected.person_id = people.person_id
-- an id that ended in another keeps its place only for the months that were paid under it
where people.is_merged is not true or cover.person_id is not null
