-- Figures of a regency's programme, before suppression.
with regencies as (
    select distinct regency_code, regency_name, province_name from {{ ref('regions') }}
),

coverage as (
    select * from {{ ref('coverage_by_district') }}
    where paid_workers > 0
),

protected as (
    select regency_code, count(*) as workers
    from {{ ref('int_people_protected') }}
    group by regency_code
),

paid as (
    select regency_code, {{ total('paid_workers') }} as worker_months, {{ total('paid_amount') }} as amount
    from coverage
    group by regency_code
),

-- the newest decreed list: people who met the criteria but were after the cut
lists as (
    select
        selections.regency_code,
        selections.year,
        selections.not_reached,
        selections.rate,
        row_number() over (
            partition by selections.regency_code
            order by decrees.signed_date desc, selections.run_id desc
        ) as place
    from {{ ref('selections') }} as selections
    join {{ ref('decrees') }} as decrees on decrees.run_id = selections.run_id
),

waiting as (
    select * from lists where place = 1
),

benefits as (
    select regency_code, count(*) as claims, {{ total('amount') }} as amount
    from {{ ref('claims') }}
    group by regency_code
)

select
    regencies.regency_code,
    regencies.regency_name,
    regencies.province_name,
    {{ as_of() }} as as_of_date,
    case when paid.regency_code is not null then {{ first_of_month(as_of()) }} end as month,
    case when paid.regency_code is not null then coalesce(protected.workers, 0) end as workers,
    paid.worker_months,
    paid.amount as paid_amount,
    waiting.year as waiting_year,
    waiting.not_reached as waiting_workers,
    waiting.rate as waiting_rate,
    benefits.claims,
    benefits.amount as claims_amount
from regencies
left join protected on protected.regency_code = regencies.regency_code
left join paid on paid.regency_code = regencies.regency_code
left join waiting on waiting.regency_code = regencies.regency_code
left join benefits on benefits.regency_code = regencies.regency_code
where paid.regency_code is not null or waiting.regency_code is not null
