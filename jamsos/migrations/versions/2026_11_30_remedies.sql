drop function programme.key_holder(text)
-- next
create function programme.key_holder(asked text)
returns table (key_id bigint, first_id bigint, secret_hash bytea, scopes text[], expires_at timestamptz, revoked_at timestamptz,
               agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select k.id, (select min(f.id) from programme.api_keys f where f.agency_id = k.agency_id and f.label = k.label),
           k.secret_hash, k.scopes, k.expires_at, k.revoked_at, a.id, a.code, a.kind, a.region_code
    from programme.api_keys k join programme.agencies a on a.id = k.agency_id where k.prefix = asked
$$
-- next

create function programme.refuse_early_amendment() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.amendments'), hashtext(new.regency_code));
    if exists (select from decrees d where d.id = new.amends_id and d.regency_code <> new.regency_code)
    then raise exception 'decree % amends one of another regency', new.number using errcode = 'check_violation'; end if;
    if exists (select from decrees d where (d.id = new.amends_id or d.amends_id = new.amends_id) and d.signed_date > new.signed_date)
    then raise exception 'decree % is signed before one that it follows', new.number using errcode = 'check_violation'; end if;
    return new;
end $$

-- next

create trigger refuse_early_amendment before insert on programme.decrees
    for each row when (new.amends_id is not null) execute function programme.refuse_early_amendment()

-- next

create function programme.refuse_strange_lines() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare strange int;
begin
    select a.line into strange
      from arrived a
      join decrees d on d.id = a.decree_id
      left join decree_lines b on b.id = a.replaces_line_id and b.action <> 'termination'
      left join decrees f on f.id = b.decree_id
      left join decree_lines e on e.replaces_line_id = b.id and e.action = 'termination'
     where case a.action
           when 'inclusion' then d.kind <> 'determination' or a.replaces_line_id is not null
                or a.month_from < d.month_from or a.month_to > d.month_to
           when 'termination' then b.person_id <> a.person_id or b.month_from <> a.month_from or a.reason is null
                or a.month_to < b.month_from - interval '1 month' or a.month_to >= b.month_to
           else e.id is null or a.month_from <= e.month_to or a.month_to > b.month_to end
        or a.action <> 'termination' and a.month_to < a.month_from
        or a.action <> 'inclusion' and (coalesce(f.amends_id, f.id) is distinct from d.amends_id)
     limit 1;
    if found then raise exception 'line % fits no place of its decree', strange using errcode = 'check_violation'; end if;
    return null;
end $$

-- next

create trigger refuse_strange_lines after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_strange_lines()

-- next

create or replace function programme.refuse_moving_billed_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from programme.worker_months w where w.decree_line_id = new.replaces_line_id
               and w.month >= case new.action when 'termination' then new.month_to + 1 else new.month_from end)
    then raise exception 'line % is billed beyond that month', new.replaces_line_id using errcode = 'restrict_violation'; end if;
    return new;
end $$

-- next

create function programme.refuse_unheld_months() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from added a
               join decree_lines l on l.id = a.decree_line_id
               left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.action = 'termination' or a.month < l.month_from or a.month > least(l.month_to, e.month_to))
    then raise exception 'a month is billed that no line protects' using errcode = 'restrict_violation'; end if;
    return null;
end $$

-- next

create trigger refuse_unheld_months after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.refuse_unheld_months()

-- next
alter table programme.complaint_steps drop constraint complaint_steps_step_check,
    add constraint complaint_steps_step_check check (step in ('answered', 'decided', 'appealed', 'appeal_decided', 'remedied'))
-- next
alter table programme.complaint_steps drop constraint complaint_steps_complaint_id_step_key, drop constraint complaint_steps_complaint_id_officer_key_key, drop constraint complaint_steps_complaint_id_proof_key
-- next
CREATE UNIQUE INDEX complaint_steps_complaint_id_officer_key_key ON programme.complaint_steps (complaint_id, officer_key) WHERE step <> 'remedied'
-- next
CREATE UNIQUE INDEX complaint_steps_complaint_id_proof_key ON programme.complaint_steps (complaint_id, proof) WHERE step <> 'remedied'
-- next
CREATE UNIQUE INDEX complaint_steps_complaint_id_step_key ON programme.complaint_steps (complaint_id, step) WHERE step <> 'remedied'
-- next
create or replace function programme.refuse_unproven_step() returns trigger language plpgsql as $$
begin
    if new.step <> 'appealed' and new.proof is null
    then raise exception 'step % of complaint % names no key', new.step, new.complaint_id using errcode = 'check_violation'; end if;
    if new.step = 'remedied' and (select s.decision from programme.complaint_steps s where s.complaint_id = new.complaint_id
                                    and s.decision is not null order by s.id desc limit 1) is distinct from 'upheld'
    then raise exception 'complaint % is not upheld', new.complaint_id using errcode = 'check_violation'; end if;
    if new.step <> 'remedied' and exists (
        select from programme.complaint_steps s where s.complaint_id = new.complaint_id and s.step <> 'remedied'
           and programme.officer_named(s.officer) = programme.officer_named(new.officer))
    then raise exception 'one officer does two steps of complaint %', new.complaint_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create or replace view programme.complaint_cases with (security_invoker = true) as
            select c.id, c.id as number, c.kind, c.regency_code, c.run_id, c.person_id, c.filed_date, coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) as due_date,
                   coalesce(s.step, 'filed') as state, s.decision,
                   case when s.step in ('decided', 'appeal_decided')
                        then case when s.decided_date > c.due_date or s.appeal_decided_date > coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) then 'missed' else 'kept' end
                        when (now() at time zone 'Asia/Makassar')::date <= coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) then 'running' else 'overdue' end as deadline,
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
                from programme.complaint_steps where complaint_id = c.id) s on true
            left join lateral (
                select remedy, day from (
                    select 'decreed' as remedy, d.signed_date as day, d.issued_at as at
                      from programme.decree_lines l join programme.decrees d on d.id = l.decree_id
                     where (l.person_id = c.person_id or l.person_id = (select merged_into_id from programme.people where id = c.person_id))
                       and (l.action = 'termination') = (c.kind = 'should_not_receive') and d.issued_at >= s.upheld_at
                    union all
                    select 'corrected', (w.recorded_at at time zone 'Asia/Makassar')::date, w.recorded_at
                      from programme.life_event_withdrawals w join programme.life_events e on e.id = w.event_id
                     where e.person_id = c.person_id and c.kind = 'wrong_facts' and w.recorded_at >= s.upheld_at
                    union all
                    select 'recorded', x.done_date, x.recorded_at
                      from programme.complaint_steps x
                     where x.complaint_id = c.id and x.step = 'remedied' and x.id > s.upheld_id) r
                 where at <= now() order by at, remedy limit 1) r on s.upheld_id is not null
