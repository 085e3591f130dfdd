-- A worker-month has one payer: no month of a person is billed, and so paid, twice.
with coverage as (
    select * from {{ ref('coverage_months') }}
)

select person_id, month, count(*) as payers
from coverage
group by person_id, month
having count(*) > 1
