-- Paid worker-months and rupiah of a year are equal in the marts of months, districts and years.
with months as (
    select {{ year_of('month') }} as year, count(*) as paid_months, {{ total('amount') }} as paid_amount
    from {{ ref('coverage_months') }}
    where {{ reached('paid') }}
    group by 1
),

districts as (
    select {{ year_of('month') }} as year, {{ total('paid_workers') }} as paid_months, {{ total('paid_amount') }} as paid_amount
    from {{ ref('coverage_by_district') }}
    group by 1
),

years as (
    select year, {{ total('paid_months') }} as paid_months, {{ total('paid_amount') }} as paid_amount
    from {{ ref('programme_years') }}
    group by year
)

select years.year
from years
left join months on months.year = years.year
left join districts on districts.year = years.year
where years.paid_months <> coalesce(months.paid_months, 0)
    or years.paid_months <> coalesce(districts.paid_months, 0)
    or years.paid_amount <> coalesce(months.paid_amount, 0)
    or years.paid_amount <> coalesce(districts.paid_amount, 0)
