-- A worker-month is confirmed only after its payment.
with coverage as (
    select * from {{ ref('stg_jamsos__coverage_months') }}
)

select person_id, month
from coverage
where state = 'confirmed' and payment_id is null
