-- Money is carried only between funds of one office, kind and payer, and into a later year.
with transactions as (
    select * from {{ ref('stg_jamsos__journal_transactions') }}
),

postings as (
    select * from {{ ref('stg_jamsos__postings') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

carried as (
    select
        transactions.transaction_id,
        transactions.fund_id,
        transactions.reference,
        {{ total('postings.amount', "postings.account = 'cash'") }} as cash
    from transactions
    inner join postings on postings.transaction_id = transactions.transaction_id
    where transactions.kind = 'carry'
    group by transactions.transaction_id, transactions.fund_id, transactions.reference
)

select carried.transaction_id
from carried
inner join funds as here on here.fund_id = carried.fund_id
left join funds as there
    on there.office_code = here.office_code
    and there.fund_code = carried.reference
    and there.fund_id <> carried.fund_id
where there.fund_id is null
    or there.fund_kind <> here.fund_kind
    or there.is_via_apbd <> here.is_via_apbd
    or (carried.cash < 0 and there.fiscal_year <= here.fiscal_year)
    or (carried.cash > 0 and there.fiscal_year >= here.fiscal_year)
