-- The worker-months counted once; the marts below add these counts and need not read every person's month again.
with coverage as (
    select * from {{ ref('coverage_months') }}
)

select
    month,
    bill_id,
    decree_id,
    fund_id,
    fund_code,
    district_code,
    regency_code,
    sex,
    group_code,
    decile,
    state,
    count(*) as worker_months,
    {{ total('jkk_amount') }} as jkk_amount,
    {{ total('jkm_amount') }} as jkm_amount,
    {{ total('amount') }} as amount
from coverage
group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
