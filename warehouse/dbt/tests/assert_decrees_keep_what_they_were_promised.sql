-- For each fund: commitments minus releases and bills equal the ledger's balance of committed money;
-- and no decree is billed beyond its commitment.
with decrees as (
    select
        decree_number,
        fund_id,
        coalesce(amends_id, decree_id) as determination_id
    from {{ ref('stg_jamsos__decrees') }}
),

promised as (
    select
        transactions.fund_id,
        decrees.determination_id,
        sum(-postings.amount) as amount
    from {{ ref('stg_jamsos__journal_transactions') }} as transactions
    inner join {{ ref('stg_jamsos__postings') }} as postings on postings.transaction_id = transactions.transaction_id
    left join decrees
        on decrees.decree_number = transactions.reference
        and decrees.fund_id = transactions.fund_id
    where postings.account = 'committed' and transactions.kind in ('commit', 'release', 'reverse')
    group by transactions.fund_id, decrees.determination_id
),

billed as (
    select
        fund_id,
        decree_id as determination_id,
        sum(amount) as amount
    from {{ ref('stg_jamsos__bills') }}
    group by fund_id, decree_id
),

by_decree as (
    select
        coalesce(promised.fund_id, billed.fund_id) as fund_id,
        coalesce(promised.determination_id, billed.determination_id) as determination_id,
        coalesce(promised.amount, 0) - coalesce(billed.amount, 0) as still_committed
    from promised
    full outer join billed
        on billed.fund_id = promised.fund_id and billed.determination_id = promised.determination_id
),

by_fund as (
    select
        fund_id,
        sum(still_committed) as still_committed
    from by_decree
    group by fund_id
),

held as (
    select
        fund_id,
        sum(-balance) as committed
    from {{ ref('stg_jamsos__fund_balances') }}
    where account = 'committed'
    group by fund_id
)

select fund_id
from by_decree
where still_committed < 0
union all
select coalesce(by_fund.fund_id, held.fund_id) as fund_id
from by_fund
full outer join held on held.fund_id = by_fund.fund_id
where coalesce(by_fund.still_committed, 0) <> coalesce(held.committed, 0)
