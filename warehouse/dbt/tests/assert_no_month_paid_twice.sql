-- A worker-month has one payer: nobody's month is billed, and so paid, a second time.
with coverage as (
    select * from {{ ref('coverage_months') }}
)

select person_id, month, count(*) as payers
from coverage
group by person_id, month
having count(*) > 1
