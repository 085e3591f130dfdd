-- A payment pays whole worker-months, so the payments of a bill equal the cost of its paid worker-months.
with coverage as (
    select bill_id, {{ contribution('paid') }} as paid_amount
    from {{ ref('coverage_counts') }}
    group by bill_id
),

bills as (
    select * from {{ ref('bills') }}
)

select bills.billing_code
from bills
left join coverage on coverage.bill_id = bills.bill_id
where bills.paid_amount <> coalesce(coverage.paid_amount, 0)
