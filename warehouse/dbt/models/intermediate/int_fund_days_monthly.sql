-- One row per fund, field, account and month, with whether the newest share of that field may pay contributions.
with days as (
    select * from {{ ref('stg_jamsos__fund_days') }}
),

shares as (
    select
        fund_id,
        field,
        pays_contributions,
        row_number() over (partition by fund_id, field order by valid_from desc) as newest
    from {{ ref('stg_jamsos__fund_shares') }}
)

select
    days.fund_id,
    days.field,
    days.account,
    {{ first_of_month('days.day') }} as month,
    coalesce(shares.pays_contributions, true) as pays_contributions,
    {{ total('days.amount') }} as amount
from days
left join shares
    on shares.fund_id = days.fund_id
    and shares.field = days.field
    and shares.newest = 1
group by 1, 2, 3, 4, 5
