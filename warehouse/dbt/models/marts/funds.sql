with funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

moved as (
    select
        fund_id,
        -{{ total('amount', "account = 'received'") }} as received_amount,
        -{{ total('amount', "account = 'carried'") }} as carried_amount,
        -{{ total('amount', "account in ('received', 'carried', 'refund') and pays_contributions") }} as usable_amount,
        {{ total('amount', "account = 'refund'") }} as refunded_amount,
        {{ total('amount', "account = 'contribution'") }} as paid_amount,
        -{{ total('amount', "account = 'payable'") }} as payable_amount,
        -{{ total('amount', "account = 'committed'") }} as open_amount,
        -{{ total('amount', "account = 'free' and pays_contributions") }} as free_amount,
        {{ total('amount', "account = 'cash'") }} as cash_amount
    from {{ ref('int_fund_days_monthly') }}
    group by fund_id
),

held as (
    select
        funds.fund_id,
        coalesce(moved.received_amount, 0) as received_amount,
        coalesce(moved.carried_amount, 0) as carried_amount,
        coalesce(moved.usable_amount, 0) as usable_amount,
        coalesce(moved.refunded_amount, 0) as refunded_amount,
        coalesce(moved.paid_amount, 0) as paid_amount,
        coalesce(moved.payable_amount, 0) as payable_amount,
        coalesce(moved.open_amount, 0) as open_amount,
        coalesce(moved.free_amount, 0) as free_amount,
        coalesce(moved.cash_amount, 0) as cash_amount
    from funds
    left join moved on moved.fund_id = funds.fund_id
),

latest_rules as (
    select
        fund_id,
        group_code,
        is_allowed,
        row_number() over (
            partition by fund_id, group_code
            order by valid_from desc, fund_group_id desc
        ) as place
    from {{ ref('stg_jamsos__fund_groups') }}
),

allowed as (
    select
        fund_id,
        coalesce(string_agg(case when is_allowed then group_code end, ' ' order by group_code), '') as allowed_groups
    from latest_rules
    where place = 1
    group by fund_id
)

select
    funds.fund_id,
    funds.fund_code,
    funds.fund_name,
    funds.fund_kind,
    funds.fiscal_year,
    funds.regulation,
    funds.account_code,
    funds.account_name,
    funds.is_via_apbd,
    funds.regency_code,
    allowed.allowed_groups,
    held.received_amount,
    held.carried_amount,
    held.refunded_amount,
    held.usable_amount,
    held.received_amount + held.carried_amount - held.refunded_amount - held.usable_amount as tied_amount,
    held.paid_amount + held.payable_amount + held.open_amount as committed_amount,
    held.paid_amount + held.payable_amount as billed_amount,
    held.paid_amount,
    held.free_amount,
    held.cash_amount
from funds
join held on held.fund_id = funds.fund_id
left join allowed on allowed.fund_id = funds.fund_id
