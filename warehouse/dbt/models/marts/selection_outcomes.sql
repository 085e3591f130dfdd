with candidates as (
    select * from {{ ref('stg_jamsos__selection_candidates') }}
),

people as (
    select * from {{ ref('stg_jamsos__people') }}
),

regions as (
    select * from {{ ref('regions') }}
)

select
    candidates.run_id,
    coalesce(regions.district_code, 'unknown') as district_code,
    coalesce(candidates.group_code, 'none') as group_code,
    candidates.outcome,
    candidates.reason,
    count(*) as candidates,
    count(*) filter (where people.sex = 'female') as women
from candidates
join people on people.person_id = candidates.person_id
left join regions on regions.village_code = candidates.village_code
group by 1, 2, 3, 4, 5
