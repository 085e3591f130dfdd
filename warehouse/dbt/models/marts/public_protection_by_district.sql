{{ config(tags=['published']) }}

with protected as (
    select regency_code, district_code, count(*) as workers
    from {{ ref('int_people_protected') }}
    group by regency_code, district_code
),

suppressed as (
    select regency_code, part_code as district_code from {{ ref('suppressed_cells') }} where dimension = 'protected'
),

-- where all of it is suppressed, districts without anybody are suppressed too
cells as (
    select regency_code, district_code from protected
    union
    select regency_code, district_code from suppressed
)

select
    cells.regency_code,
    cells.district_code,
    suppressed.district_code is not null as is_hidden,
    case when suppressed.district_code is null then protected.workers end as workers
from cells
left join protected
    on protected.regency_code = cells.regency_code
    and protected.district_code = cells.district_code
left join suppressed
    on suppressed.regency_code = cells.regency_code
    and suppressed.district_code = cells.district_code
