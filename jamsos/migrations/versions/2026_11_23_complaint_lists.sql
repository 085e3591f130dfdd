create view programme.complaint_cases with (security_invoker = true) as
            select c.id, c.id as number, c.kind, c.regency_code, c.run_id, c.person_id, c.filed_date, c.due_date,
                   coalesce(s.step, 'filed') as state, s.decision,
                   case when s.step in ('decided', 'appeal_decided')
                        then case when s.done_date <= c.due_date then 'kept' else 'missed' end
                        when (now() at time zone 'Asia/Makassar')::date <= c.due_date then 'running' else 'overdue' end as deadline,
                   c.recorded_at
            from programme.complaints c
            left join lateral (select step, decision, done_date from programme.complaint_steps where complaint_id = c.id
                               order by id desc limit 1) s on true
-- next
create view programme.complaint_acts with (security_invoker = true) as
            select s.id, s.complaint_id, s.step, s.decision, s.done_date, c.regency_code, s.recorded_at
            from programme.complaint_steps s join programme.complaints c on c.id = s.complaint_id
-- next
alter table programme.complaints enable row level security
-- next
create policy api on programme.complaints to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true)
    or encode(code_sha256, 'hex') = current_setting('jamsos.complaint', true)) with check (true)
-- next
create policy dbt on programme.complaints for select to jamsos_dbt using (true)
-- next
alter table programme.complaint_steps enable row level security
-- next
create policy api on programme.complaint_steps to jamsos_api using (exists (select from programme.complaints p where p.id = complaint_steps.complaint_id)) with check (exists (select from programme.complaints p where p.id = complaint_steps.complaint_id))
-- next
create policy dbt on programme.complaint_steps for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.complaint_cases to jamsos_api
-- next
grant select on programme.complaint_cases to jamsos_dbt
-- next
grant select, insert, update on programme.complaint_acts to jamsos_api
-- next
grant select on programme.complaint_acts to jamsos_dbt
