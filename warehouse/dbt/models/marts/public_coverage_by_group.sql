{{ config(tags=['published']) }}

-- the months as they are published: one that changed by few persons stays as it was
with coverage as (
    select regency_code, month, part_code, workers, amount
    from {{ source('disclosure', 'published_counts') }}
    where dimension = 'group' and workers > 0
),

suppressed as (
    select regency_code, month, part_code from {{ ref('suppressed_cells') }}
    where dimension = 'group' and month is not null
),

-- of a month that is suppressed whole, places without anybody are suppressed too
cells as (
    select regency_code, month, part_code from coverage
    union
    select regency_code, month, part_code from suppressed
),

joined as (
    select
        cells.*,
        suppressed.part_code is not null as is_hidden,
        coverage.workers,
        coverage.amount
    from cells
    left join coverage
        on coverage.regency_code = cells.regency_code
        and coverage.month = cells.month
        and coverage.part_code = cells.part_code
    left join suppressed
        on suppressed.regency_code = cells.regency_code
        and suppressed.month = cells.month
        and suppressed.part_code = cells.part_code
)

select
    month,
    regency_code,
    part_code as group_code,
    is_hidden,
    case when not is_hidden then workers end as workers,
    case when not is_hidden then amount end as amount
from joined
