-- One hidden district could be found from the others and their total, so the smallest of the rest is hidden with it.
with coverage as (
    select * from {{ ref('coverage_by_district') }}
    where paid_workers > 0
),

ranked as (
    select
        *,
        paid_workers < {{ var('smallest_cell') }} as is_small,
        count(*) filter (where paid_workers < {{ var('smallest_cell') }})
            over (partition by regency_code, month) as small_cells,
        row_number() over (partition by regency_code, month order by paid_workers, district_code) as place
    from coverage
),

marked as (
    select *, is_small or (small_cells = 1 and place = 2) as is_hidden from ranked
)

select
    month,
    district_code,
    regency_code,
    is_hidden,
    case when not is_hidden then paid_workers end as workers,
    case when not is_hidden then paid_amount end as amount
from marked
