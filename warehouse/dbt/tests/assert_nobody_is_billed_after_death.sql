{#- The office decides what to do about it, so this warns and does not stop a build. -#}
{{ config(severity='warn') }}

with events as (
    select * from {{ ref('stg_jamsos__life_events') }}
    where kind = 'died'
),

coverage as (
    select * from {{ ref('coverage_months') }}
)

select coverage.person_id, coverage.month
from coverage
join events on events.person_id = coverage.person_id
where coverage.month > events.event_date
