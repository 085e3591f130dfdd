-- Every month paid after the month of a death or a move is on the list of months paid in vain, the same day.
with events as (
    select person_id, min(event_date) as event_date
    from {{ ref('stg_jamsos__life_events') }}
    where kind <> 'refused'
    group by person_id
)

select months.month, months.bill_id
from {{ ref('coverage_months') }} as months
join events
    on events.person_id = months.person_id
    and {{ month_number('months.month') }} > {{ month_number('events.event_date') }}
left join {{ ref('vain_months') }} as listed
    on listed.person_id = months.person_id
    and listed.month = months.month
    and listed.amount = months.amount
where months.state in ('paid', 'confirmed') and listed.person_id is null
