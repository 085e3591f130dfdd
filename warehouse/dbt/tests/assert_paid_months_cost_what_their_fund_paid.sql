-- Journal and coverage agree: the payments of a fund equal the cost of its paid worker-months.
with coverage as (
    select fund_id, {{ contribution('billed') }} as billed_amount, {{ contribution('paid') }} as paid_amount
    from {{ ref('coverage_counts') }}
    group by fund_id
),

funds as (
    select * from {{ ref('funds') }}
)

select funds.fund_code
from funds
left join coverage on coverage.fund_id = funds.fund_id
where funds.paid_amount <> coalesce(coverage.paid_amount, 0)
    or funds.billed_amount <> coalesce(coverage.billed_amount, 0)
