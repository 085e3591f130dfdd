-- The programme finds them; here they get the names of bill, fund and place.
with vain_months as (
    select * from {{ ref('stg_jamsos__vain_months') }}
),

bills as (
    select * from {{ ref('stg_jamsos__bills') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

regions as (
    select * from {{ ref('regions') }}
)

select
    vain_months.person_id,
    vain_months.month,
    vain_months.kind,
    bills.billing_code,
    funds.fund_code,
    regions.district_code,
    regions.regency_code,
    vain_months.amount,
    vain_months.state,
    cast('office' as {{ dbt.type_string() }}) as owner,
    vain_months.due_date,
    vain_months.is_open,
    vain_months.resolution,
    vain_months.resolved_date
from vain_months
join bills on bills.bill_id = vain_months.bill_id
join funds on funds.fund_id = vain_months.fund_id
join regions on regions.village_code = vain_months.village_code
