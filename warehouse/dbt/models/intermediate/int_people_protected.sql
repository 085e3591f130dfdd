-- One row per person protected on the day of the build, with the spell of that day. Consecutive months count to the month of that day, or to
-- the last paid month during the grace period.
with spells as (
    select * from {{ ref('worker_spells') }}
    where {{ as_of() }} between protected_from and protected_to
),

terms as (
    select
        max(case when term = 'full_death_benefit_months' then value end) as full_death_benefit_months,
        max(case when term = 'scholarship_months' then value end) as scholarship_months
    from (
        select
            term,
            value,
            row_number() over (partition by term order by valid_from desc) as newest
        from {{ ref('stg_jamsos__legal_terms') }}
        where valid_from <= {{ as_of() }}
    ) as in_force
    where newest = 1
),

counted as (
    select
        spells.*,
        {{ first_of_month(as_of()) }} <= spells.month_to as is_paid,
        {{ month_number('least(spells.month_to, ' ~ first_of_month(as_of()) ~ ')') }} - {{ month_number('spells.run_from') }} + 1 as consecutive_months
    from spells
)

select
    counted.person_id,
    counted.fund_code,
    counted.village_code,
    counted.district_code,
    counted.regency_code,
    counted.group_code,
    case when counted.is_paid then 'paid' else 'grace' end as cover,
    counted.protected_to,
    cast(counted.consecutive_months as bigint) as consecutive_months,
    counted.is_paid and counted.consecutive_months > coalesce(terms.full_death_benefit_months, 0) as has_full_death_benefit,
    counted.is_paid and counted.consecutive_months > coalesce(terms.scholarship_months, 0) as has_scholarship
from counted
cross join terms
