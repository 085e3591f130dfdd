with premiums as (
    select
        regency_code,
        fund_id,
        fund_code,
        group_code,
        {{ worker_months('paid') }} as paid_months,
        {{ contribution('paid') }} as premium_amount
    from {{ ref('coverage_counts') }}
    group by regency_code, fund_id, fund_code, group_code
),

benefits as (
    select
        regency_code,
        coalesce(fund_id, 0) as fund_id,
        coalesce(fund_code, 'none') as fund_code,
        coalesce(group_code, 'none') as group_code,
        count(*) as claims,
        {{ total('amount') }} as benefit_amount
    from {{ ref('claims') }}
    group by 1, 2, 3, 4
)

select
    coalesce(premiums.regency_code, benefits.regency_code) as regency_code,
    coalesce(premiums.fund_code, benefits.fund_code) as fund_code,
    coalesce(premiums.group_code, benefits.group_code) as group_code,
    coalesce(premiums.paid_months, 0) as paid_months,
    coalesce(premiums.premium_amount, 0) as premium_amount,
    coalesce(benefits.claims, 0) as claims,
    coalesce(benefits.benefit_amount, 0) as benefit_amount,
    {{ percent('benefits.benefit_amount', 'premiums.premium_amount') }} as benefits_percent
from premiums
full join benefits
    on benefits.regency_code = premiums.regency_code
    and benefits.fund_id = premiums.fund_id
    and benefits.group_code = premiums.group_code
