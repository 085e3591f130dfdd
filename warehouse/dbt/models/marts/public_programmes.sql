-- What the public page says of a regency. A figure that disclosure control suppresses is unknown here.
{{ config(tags=['published']) }}

with programmes as (
    select * from {{ ref('int_programmes') }}
),

suppressed as (
    select
        regency_code,
        bool_or(dimension = 'figure' and part_code = 'claims') as hides_claims,
        bool_or(dimension = 'figure' and part_code = 'protected') as hides_protected,
        bool_or(dimension = 'figure' and part_code = 'waiting') as hides_waiting,
        bool_or(dimension = 'month') as hides_sums
    from {{ ref('suppressed_cells') }}
    group by regency_code
)

select
    programmes.regency_code,
    programmes.regency_name,
    programmes.province_name,
    programmes.as_of_date,
    programmes.month,
    case when coalesce(suppressed.hides_protected, false) then null else programmes.workers end as workers,
    case when coalesce(suppressed.hides_sums, false) then null else programmes.worker_months end as worker_months,
    case when coalesce(suppressed.hides_sums, false) then null else programmes.paid_amount end as paid_amount,
    programmes.waiting_year,
    case when coalesce(suppressed.hides_waiting, false) then null else programmes.waiting_workers end as waiting_workers,
    programmes.waiting_rate,
    case when coalesce(suppressed.hides_claims, false) then null else programmes.claims end as claims,
    case when coalesce(suppressed.hides_claims, false) then null else programmes.claims_amount end as claims_amount
from programmes
left join suppressed on suppressed.regency_code = programmes.regency_code
