-- Both halves of every transaction sum to zero in every field, and the stored balances equal the sums of the postings.
with postings as (
    select * from {{ ref('stg_jamsos__postings') }}
),

halves as (
    select
        transaction_id,
        fund_id,
        field,
        {{ total('amount', "account in ('cash', 'received', 'contribution', 'refund', 'carried')") }} as held,
        {{ total('amount', "account in ('budget', 'free', 'committed', 'payable')") }} as promised
    from postings
    group by transaction_id, fund_id, field
),

posted as (
    select fund_id, field, account, {{ total('amount') }} as balance
    from {{ ref('stg_jamsos__postings') }}
    group by fund_id, field, account
),

balances as (
    select * from {{ ref('stg_jamsos__fund_balances') }}
)

select fund_id, field, 'transaction does not balance' as what
from halves
where held <> 0 or promised <> 0
union all
select
    coalesce(posted.fund_id, balances.fund_id),
    coalesce(posted.field, balances.field),
    'balance is not the sum of its postings'
from posted
full join balances
    on balances.fund_id = posted.fund_id
    and balances.field = posted.field
    and balances.account = posted.account
where coalesce(posted.balance, 0) <> coalesce(balances.balance, 0)
