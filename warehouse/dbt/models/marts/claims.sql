with claims as (
    select * from {{ ref('stg_jamsos__claims') }}
),

regions as (
    select * from {{ ref('regions') }}
),

coverage as (
    select * from {{ ref('coverage_months') }}
)

select
    claims.claim_id,
    claims.kind,
    {{ first_of_month('claims.event_date') }} as event_month,
    claims.paid_date,
    claims.amount,
    regions.district_code,
    regions.regency_code,
    claims.valid_month,
    coverage.fund_id,
    coverage.fund_code,
    coverage.decree_number,
    coverage.group_code
from claims
join regions on regions.village_code = claims.village_code
left join coverage
    on coverage.person_id = claims.person_id
    and coverage.month = claims.valid_month
