with targets as (
    select
        regency_code,
        year,
        {{ total('workers') }} as target_workers,
        {{ total('worker_months') }} as target_months,
        {{ total('amount') }} as target_amount
    from {{ ref('decrees') }}
    group by regency_code, year
),

persons as (
    -- each person once a year, so that persons are counted without looking for doubles
    select
        regency_code,
        {{ year_of('month') }} as year,
        person_id,
        count(*) filter (where {{ reached('confirmed') }}) as confirmed_months
    from {{ ref('coverage_months') }}
    where {{ reached('paid') }}
    group by 1, 2, 3
),

workers as (
    select
        regency_code,
        year,
        count(*) as paid_workers,
        count(*) filter (where confirmed_months > 0) as confirmed_workers
    from persons
    group by regency_code, year
),

counted as (
    select
        regency_code,
        {{ year_of('month') }} as year,
        {{ worker_months('paid') }} as paid_months,
        {{ contribution('paid') }} as paid_amount,
        {{ worker_months('confirmed') }} as confirmed_months,
        {{ contribution('confirmed') }} as confirmed_amount
    from {{ ref('coverage_counts') }}
    where {{ reached('paid') }}
    group by 1, 2
),

realised as (
    select
        counted.*,
        workers.paid_workers,
        workers.confirmed_workers
    from counted
    join workers on workers.regency_code = counted.regency_code and workers.year = counted.year
),

both_sides as (
    select
        coalesce(targets.regency_code, realised.regency_code) as regency_code,
        coalesce(targets.year, realised.year) as year,
        coalesce(targets.target_workers, 0) as target_workers,
        coalesce(targets.target_months, 0) as target_months,
        coalesce(targets.target_amount, 0) as target_amount,
        coalesce(realised.paid_workers, 0) as paid_workers,
        coalesce(realised.paid_months, 0) as paid_months,
        coalesce(realised.paid_amount, 0) as paid_amount,
        coalesce(realised.confirmed_workers, 0) as confirmed_workers,
        coalesce(realised.confirmed_months, 0) as confirmed_months,
        coalesce(realised.confirmed_amount, 0) as confirmed_amount
    from targets
    full join realised
        on realised.regency_code = targets.regency_code
        and realised.year = targets.year
)

select
    *,
    {{ percent('paid_workers', 'target_workers') }} as workers_percent,
    {{ percent('paid_months', 'target_months') }} as months_percent,
    {{ percent('paid_amount', 'target_amount') }} as amount_percent
from both_sides
