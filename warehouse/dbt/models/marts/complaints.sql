with complaints as (
    select * from {{ ref('stg_jamsos__complaints') }}
),

steps as (
    select
        complaint_id,
        min(case when step = 'answered' then done_date end) as answered_date,
        min(case when step = 'decided' then done_date end) as decided_date,
        min(case when step = 'appealed' then done_date end) as appealed_date,
        min(case when step = 'appeal_decided' then done_date end) as appeal_decided_date
    from {{ ref('stg_jamsos__complaint_steps') }}
    group by complaint_id
)

select
    complaints.complaint_id,
    complaints.kind,
    complaints.regency_code,
    complaints.run_id,
    complaints.filed_date,
    complaints.due_date,
    complaints.state,
    complaints.decision,
    complaints.deadline,
    steps.answered_date,
    steps.decided_date,
    steps.appealed_date,
    steps.appeal_decided_date
from complaints
left join steps on steps.complaint_id = complaints.complaint_id
