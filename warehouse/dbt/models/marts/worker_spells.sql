-- The programme defines the spells; here they get the names of fund and place.
with spells as (
    select * from {{ ref('stg_jamsos__worker_spells') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

regions as (
    select * from {{ ref('regions') }}
)

select
    spells.person_id,
    spells.fund_id,
    funds.fund_code,
    spells.village_code,
    regions.district_code,
    regions.regency_code,
    coalesce(spells.group_code, 'none') as group_code,
    spells.run_from,
    spells.month_from,
    spells.month_to,
    spells.months,
    spells.confirmed_months,
    spells.amount,
    spells.first_paid_date,
    spells.last_paid_date,
    spells.protected_from,
    spells.protected_to,
    spells.end_reason
from spells
join funds on funds.fund_id = spells.fund_id
join regions on regions.village_code = spells.village_code
