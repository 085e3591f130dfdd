-- A person has one worker-month a month, so in one month worker-months are workers.
with coverage as (
    select * from {{ ref('coverage_counts') }}
)

select
    month,
    district_code,
    regency_code,
    {{ worker_months('billed') }} as workers,
    {{ worker_months('paid') }} as paid_workers,
    {{ worker_months('confirmed') }} as confirmed_workers,
    {{ worker_months('billed', "sex = 'female'") }} as women,
    {%- for code in groups() %}
    {{ worker_months('billed', "group_code = '" ~ code ~ "'") }} as {{ code }}_workers,
    {%- endfor %}
    {{ worker_months('billed', "group_code = 'none'") }} as ungrouped_workers,
    {{ contribution('billed', 'jkk_amount') }} as jkk_amount,
    {{ contribution('billed', 'jkm_amount') }} as jkm_amount,
    {{ contribution('billed') }} as amount,
    {{ contribution('paid') }} as paid_amount,
    {{ contribution('confirmed') }} as confirmed_amount
from coverage
group by month, district_code, regency_code
