-- Worker-months and rupiah of the marts equal those of the programme, by state.
-- After a restore of the programme to an earlier day, a build with `--full-refresh` corrects a difference.
with kept as (
    select month, state, count(*) as worker_months, {{ total('amount') }} as amount
    from {{ ref('stg_jamsos__coverage_months') }}
    group by month, state
),

held as (
    select month, state, count(*) as worker_months, {{ total('amount') }} as amount
    from {{ ref('coverage_months') }}
    group by month, state
)

select coalesce(kept.month, held.month) as month, coalesce(kept.state, held.state) as state
from kept
full join held on held.month = kept.month and held.state = kept.state
where coalesce(kept.worker_months, 0) <> coalesce(held.worker_months, 0)
    or coalesce(kept.amount, 0) <> coalesce(held.amount, 0)
