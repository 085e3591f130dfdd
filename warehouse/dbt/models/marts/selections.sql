with runs as (
    select * from {{ ref('stg_jamsos__selection_runs') }}
),

criteria as (
    select * from {{ ref('stg_jamsos__criteria') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

outcomes as (
    select
        run_id,
        {{ total('candidates', "outcome = 'not_reached'") }} as not_reached,
        {{ total('candidates', "outcome = 'excluded'") }} as excluded
    from {{ ref('selection_outcomes') }}
    group by run_id
)

select
    runs.run_id,
    runs.year,
    runs.regency_code,
    runs.run_date,
    criteria.criteria_code,
    criteria.criteria_version,
    runs.fund_id,
    funds.fund_code,
    runs.month_from,
    runs.month_to,
    {{ months_from_to('runs.month_from', 'runs.month_to') }} as months,
    runs.as_of_date,
    runs.rate,
    runs.worker_cost,
    runs.headcount,
    runs.ceiling,
    runs.cost,
    runs.candidates,
    runs.eligible,
    runs.chosen,
    coalesce(outcomes.not_reached, 0) as not_reached,
    coalesce(outcomes.excluded, 0) as excluded,
    runs.inputs_sha256,
    runs.list_sha256
from runs
join criteria on criteria.criteria_id = runs.criteria_id
left join funds on funds.fund_id = runs.fund_id
left join outcomes on outcomes.run_id = runs.run_id
