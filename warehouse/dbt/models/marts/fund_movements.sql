with movements as (
    select fund_id, month, account, {{ total('amount') }} as amount
    from {{ ref('int_fund_days_monthly') }}
    group by fund_id, month, account
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
)

select
    funds.fund_id,
    funds.fund_code,
    movements.month,
    movements.account,
    movements.amount,
    cast(
        sum(movements.amount) over (
            partition by movements.fund_id, movements.account
            order by movements.month
            rows between unbounded preceding and current row
        ) as bigint
    ) as balance
from movements
join funds on funds.fund_id = movements.fund_id
