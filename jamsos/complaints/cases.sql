-- Select complaints as of an instant (`now`): the state, the deadline, and the remedy of an upheld complaint. `steps`
-- and `filed` limit the rows to those known at that instant.
select c.id, c.id as number, c.kind, c.office_code, c.run_id, c.person_id, c.filed_date, d.due_date,
       coalesce(s.step, 'filed') as state, s.decision,
       case when s.step in ('decided', 'appeal_decided')
            then case when s.decided_date > c.due_date or s.appeal_decided_date > d.due_date then 'missed' else 'kept' end
            when ({now} at time zone '{zone}')::date <= d.due_date then 'running' else 'overdue' end as deadline,
       c.recorded_at, s.upheld_date, case when s.upheld_id is not null then coalesce(r.remedy, 'due') end as remedy,
       r.day as remedied_date
from programme.complaints c
left join lateral (
    select (array_agg(step order by id desc) filter (where step <> 'remedied'))[1] as step,
           (array_agg(decision order by id desc) filter (where step <> 'remedied'))[1] as decision,
           max(done_date) filter (where step = 'decided') as decided_date,
           max(done_date) filter (where step = 'appealed') as appealed_date,
           max(done_date) filter (where step = 'appeal_decided') as appeal_decided_date,
           case when (array_agg(decision order by id desc) filter (where decision is not null))[1] = 'upheld'
                then max(id) filter (where decision is not null) end as upheld_id,
           (array_agg(recorded_at order by id desc) filter (where decision is not null))[1] as upheld_at,
           case when (array_agg(decision order by id desc) filter (where decision is not null))[1] = 'upheld'
                then (array_agg(done_date order by id desc) filter (where decision is not null))[1] end as upheld_date
    from programme.complaint_steps where complaint_id = c.id{steps}) s on true
-- an appeal has its own deadline, as long as that of the complaint
cross join lateral (select coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) as due_date) d
left join lateral (
    select remedy, day from (
        select 'decreed' as remedy, d.signed_date as day, d.issued_at as at
          from programme.decree_lines l join programme.decrees d on d.id = l.decree_id
         where (l.person_id = c.person_id or l.person_id = (select merged_into_id from programme.people where id = c.person_id))
           and (l.action = 'termination') = (c.kind = 'should_not_receive') and d.issued_at >= s.upheld_at
        union all
        select 'corrected', (w.recorded_at at time zone '{zone}')::date, w.recorded_at
          from programme.life_event_withdrawals w join programme.life_events e on e.id = w.event_id
         where e.person_id = c.person_id and c.kind = 'wrong_facts' and w.recorded_at >= s.upheld_at
        union all
        select 'recorded', x.done_date, x.recorded_at
          from programme.complaint_steps x
         where x.complaint_id = c.id and x.step = 'remedied' and x.id > s.upheld_id) r
     where at <= {now} order by at, remedy limit 1) r on s.upheld_id is not null{filed}
