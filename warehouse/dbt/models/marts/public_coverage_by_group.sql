with coverage as (
    select
        regency_code,
        month,
        group_code,
        {{ worker_months('paid') }} as workers,
        {{ contribution('paid') }} as amount
    from {{ ref('coverage_counts') }}
    where {{ reached('paid') }}
    group by regency_code, month, group_code
),

marked as (
    select *, {{ is_hidden('workers', within='regency_code, month', cell='group_code') }} as is_hidden from coverage
)

select
    month,
    regency_code,
    group_code,
    is_hidden,
    case when not is_hidden then workers end as workers,
    case when not is_hidden then amount end as amount
from marked
