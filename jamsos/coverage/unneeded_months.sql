-- Months of a person that need no payment, with the reason: after the month of a death, a move or another payer. For a
-- merged id they also include the months that were paid for the same worker under the other id.
create view programme.unneeded_months with (security_invoker = true) as
select person_id, case kind when 'died' then 'died' when 'moved' then 'moved' else 'other_payer' end as kind,
       (date_trunc('month', min(event_date)) + interval '1 month')::date as month_from, 'infinity'::date as month_to
  from programme.standing_life_events where kind <> 'refused' group by 1, 2
union all
select id, 'other_payer', other_payer_from, coalesce(other_payer_to, 'infinity')
  from programme.people where other_payer_from is not null
union all
select p.id, 'double', c.month, c.month
  from programme.people p
  join programme.confirmed_months c on c.person_id = p.id
 where p.merged_into_id is not null
   and exists (select from programme.confirmed_months o where o.month = c.month and o.person_id in (
        select q.id from programme.people q
         where q.id = p.merged_into_id or q.merged_into_id = p.merged_into_id and q.id < p.id))
