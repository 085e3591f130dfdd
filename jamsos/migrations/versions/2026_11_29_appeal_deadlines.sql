create or replace view programme.complaint_cases with (security_invoker = true) as
            select c.id, c.id as number, c.kind, c.regency_code, c.run_id, c.person_id, c.filed_date, coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) as due_date,
                   coalesce(s.step, 'filed') as state, s.decision,
                   case when s.step in ('decided', 'appeal_decided')
                        then case when s.decided_date > c.due_date or s.appeal_decided_date > coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) then 'missed' else 'kept' end
                        when (now() at time zone 'Asia/Makassar')::date <= coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) then 'running' else 'overdue' end as deadline,
                   c.recorded_at
            from programme.complaints c
            left join lateral (
                select (array_agg(step order by id desc))[1] as step, (array_agg(decision order by id desc))[1] as decision,
                       max(done_date) filter (where step = 'decided') as decided_date,
                       max(done_date) filter (where step = 'appealed') as appealed_date,
                       max(done_date) filter (where step = 'appeal_decided') as appeal_decided_date
                from programme.complaint_steps where complaint_id = c.id) s on true
