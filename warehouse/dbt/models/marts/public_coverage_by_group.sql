-- Hidden like the districts: a small group, and the smallest of the rest where only one would be hidden.
with coverage as (
    select
        regency_code,
        month,
        group_code,
        {{ worker_months('paid') }} as workers,
        {{ contribution('paid') }} as amount
    from {{ ref('coverage_months') }}
    where {{ reached('paid') }}
    group by regency_code, month, group_code
),

ranked as (
    select
        *,
        workers < {{ var('smallest_cell') }} as is_small,
        count(*) filter (where workers < {{ var('smallest_cell') }})
            over (partition by regency_code, month) as small_cells,
        row_number() over (partition by regency_code, month order by workers, group_code) as place
    from coverage
),

marked as (
    select *, is_small or (small_cells = 1 and place = 2) as is_hidden from ranked
)

select
    month,
    regency_code,
    group_code,
    is_hidden,
    case when not is_hidden then workers end as workers,
    case when not is_hidden then amount end as amount
from marked
