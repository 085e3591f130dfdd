-- One row per decree, with the determination that it is or, through however many amendments, changes.
with recursive decrees as (
    select * from {{ ref('stg_jamsos__decrees') }}
),

rooted as (
    select decree_id, decree_id as root_id, decree_number as root_number, run_id as root_run_id
    from decrees
    where amends_id is null
    union all
    select decrees.decree_id, rooted.root_id, rooted.root_number, rooted.root_run_id
    from decrees
    join rooted on rooted.decree_id = decrees.amends_id
)

select
    decrees.decree_id,
    decrees.decree_number,
    decrees.kind,
    decrees.year,
    decrees.signed_date,
    decrees.regency_code,
    rooted.root_id,
    rooted.root_number,
    coalesce(decrees.run_id, rooted.root_run_id) as run_id
from decrees
join rooted on rooted.decree_id = decrees.decree_id
