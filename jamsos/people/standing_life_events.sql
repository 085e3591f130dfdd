-- Life events that were not withdrawn; every decision reads this view.
create view programme.standing_life_events with (security_invoker = true) as
select e.id, e.person_id, e.kind, e.event_date, e.evidence, e.remark, e.village_code, e.recorded_at
  from programme.life_events e
 where not exists (select from programme.life_event_withdrawals w where w.event_id = e.id)
