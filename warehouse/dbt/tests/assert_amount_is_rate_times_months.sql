-- Each worker-month costs a rate in force in that month, and a bill is the sum of its worker-months.
with coverage as (
    select * from {{ ref('coverage_months') }}
),

funds as (
    select * from {{ ref('funds') }}
),

rates as (
    select * from {{ ref('contribution_rates') }}
    where is_current
),

prices as (
    select coverage.month, coverage.fund_id, coverage.bill_id, coverage.jkk_amount, coverage.jkm_amount, count(*) as worker_months
    from coverage
    group by 1, 2, 3, 4, 5
),

priced as (
    select
        prices.*,
        case when funds.is_via_apbd then 'public_budget' else 'other' end as payer_class
    from prices
    join funds on funds.fund_id = prices.fund_id
),

known as (
    select
        priced.month,
        priced.bill_id,
        priced.jkk_amount,
        priced.jkm_amount,
        bool_or(rates.programme = 'JKK' and rates.amount = priced.jkk_amount) as is_jkk_known,
        bool_or(rates.programme = 'JKM' and rates.amount = priced.jkm_amount) as is_jkm_known
    from priced
    left join rates
        on rates.payer_class = priced.payer_class
        and rates.valid_from <= priced.month
        and (rates.valid_to is null or rates.valid_to >= priced.month)
    group by 1, 2, 3, 4
),

summed as (
    select bill_id, {{ total('worker_months') }} as worker_months, {{ total('worker_months * (jkk_amount + jkm_amount)') }} as amount
    from prices
    group by bill_id
),

bills as (
    select * from {{ ref('bills') }}
)

select bill_id, 'no rate of that month' as what
from known
where not coalesce(is_jkk_known, false) or not coalesce(is_jkm_known, false)
union all
select bills.bill_id, 'the bill is not the sum of its worker-months'
from bills
left join summed on summed.bill_id = bills.bill_id
where coalesce(summed.amount, 0) <> bills.amount or coalesce(summed.worker_months, 0) <> bills.worker_months
