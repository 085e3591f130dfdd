with coverage as (
    select * from {{ ref('coverage_by_district') }}
    where paid_workers > 0
),

marked as (
    select
        *,
        {{ is_hidden('paid_workers', within='regency_code, month', cell='district_code') }} as is_hidden
    from coverage
)

select
    month,
    district_code,
    regency_code,
    is_hidden,
    case when not is_hidden then paid_workers end as workers,
    case when not is_hidden then paid_amount end as amount
from marked
