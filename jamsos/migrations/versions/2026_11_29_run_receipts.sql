alter table programme.selection_runs add column receipt jsonb
-- next
alter table programme.selection_runs add column receipt_sha256 bytea
-- next
alter table programme.selection_runs add constraint selection_runs_receipt_check check ((receipt is null) = (receipt_sha256 is null))
-- next
create or replace function programme.refuse_wrong_approval() returns trigger language plpgsql as $$
declare
    asked text[];
    place int;
    hash bytea;
begin
    select coalesce(r.receipt_sha256, r.list_sha256), array(select jsonb_array_elements_text(c.document -> 'approval' -> 'steps'))
      into hash, asked
      from programme.selection_runs r join programme.criteria c on c.id = r.criteria_id where r.id = new.run_id;
    place := array_position(asked, new.step);
    -- another hash is that of an amendment, which only a decreed list has
    if place is null or new.proof is null
       or (hash is distinct from new.list_sha256 and not exists (select from programme.decrees d where d.run_id = new.run_id))
       or (select count(*) from programme.run_approvals a where a.run_id = new.run_id and a.list_sha256 = new.list_sha256
              and a.step = any(asked[:place - 1])) < place - 1
    then raise exception 'step % of run % is not due, approves another list, or names no key', new.step, new.run_id using errcode = 'check_violation'; end if;
    -- whatever key is written beside it, a name is one officer
    if exists (select from programme.run_approvals a where a.run_id = new.run_id and a.list_sha256 = new.list_sha256
                 and programme.officer_named(a.officer) = programme.officer_named(new.officer))
    then raise exception 'one officer does two steps of run %', new.run_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create or replace function programme.refuse_unapproved_decree() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare
    run bigint := coalesce(new.run_id, (select d.run_id from decrees d where d.id = new.amends_id));
begin
    -- an amendment names the determination, of whose list the approvals are asked
    if run is null and new.amends_id is not null then raise exception 'decree % amends no determination', new.number using errcode = 'check_violation'; end if;
    if exists (
        select from selection_runs r join criteria c on c.id = r.criteria_id,
               jsonb_array_elements_text(c.document -> 'approval' -> 'steps') as s (step)
        where r.id = run
          and not exists (select from run_approvals a
                          where a.run_id = r.id and a.step = s.step
                            and a.list_sha256 = case when new.run_id is null then new.list_sha256 else coalesce(r.receipt_sha256, r.list_sha256) end))
    then raise exception 'the list of decree % is not approved', new.number using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create or replace function programme.refuse_other_list() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare
    run selection_runs;
    lines bytea;
begin
    select r.* into run from selection_runs r
     where r.id = coalesce(new.run_id, (select d.run_id from decrees d where d.id = new.amends_id))
       and exists (select from run_approvals a
                   where a.run_id = r.id and a.list_sha256 = case when new.run_id is null then new.list_sha256 else coalesce(r.receipt_sha256, r.list_sha256) end);
    if run.id is null then return null; end if;  -- nobody approved, because the criteria ask nobody to
    select sha256(convert_to(string_agg(concat_ws(E'\t', l.line, l.action, l.person_id, coalesce(l.replaces_line_id::text, ''),
               coalesce(l.reason, ''), to_char(l.month_from, 'YYYY-MM-DD'), to_char(l.month_to, 'YYYY-MM-DD'),
               coalesce(l.group_code, ''), l.village_code), E'\n' order by l.line), 'UTF8'))
      into lines from decree_lines l where l.decree_id = new.id;
    -- the chosen as they were counted when the list was kept: who came later was approved by nobody
    if new.list_sha256 is distinct from lines
       or new.run_id is not null and (
            (select count(*) from selection_candidates c where c.run_id = run.id and c.outcome = 'chosen') <> run.chosen
            or (select count(*) from decree_lines l join selection_candidates c
                    on c.run_id = run.id and c.person_id = l.person_id and c.outcome = 'chosen'
                   and c.group_code is not distinct from l.group_code and c.village_code = l.village_code
                 where l.decree_id = new.id and l.action = 'inclusion' and l.month_from = run.month_from and l.month_to = run.month_to)
               <> run.chosen
            or (select count(*) from decree_lines l where l.decree_id = new.id) <> run.chosen)
    then raise exception 'decree % holds other lines than were approved', new.number using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create function programme.is_in_sight(first text, beyond text) returns boolean language sql stable parallel safe as $$
    -- the owner, to whom nothing is hidden, has no sight; a role that was put on still is one here, where the function is the owner's
    select case when nullif(current_setting('jamsos.sight_from', true), '') is null
                then session_user = current_user and current_setting('role') in ('none', session_user)
                else first collate "C" >= current_setting('jamsos.sight_from', true) collate "C"
                     and beyond collate "C" <= current_setting('jamsos.sight_to', true) collate "C" end
$$
-- next
create function programme.events_from_elsewhere(first text, beyond text, day date, known_at timestamptz default 'infinity')
returns table (person_id bigint, kind text) language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    select e.person_id, e.kind from life_events e
     where programme.is_in_sight(first, beyond)
       and (e.village_code >= first and e.village_code < beyond) is not true
       and (e.kind <> 'moved' or e.village_code is null)  -- away from another regency
       and e.event_date <= day and e.recorded_at <= known_at
       and not exists (select from life_event_withdrawals w where w.event_id = e.id and w.recorded_at <= known_at)
       and exists (select from person_versions v where v.person_id = e.person_id and v.recorded_at <= known_at
                     and v.village_code >= first and v.village_code < beyond)
$$
-- next
create function programme.residents_known(first text, beyond text, known_at timestamptz)
returns setof programme.person_versions language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    with latest as (
        select distinct on (v.person_id) v.* from person_versions v where v.recorded_at <= known_at order by v.person_id, v.version desc
    ), ended as (
        select distinct on (id) id, into_id
          from (select from_person_id as id, id as event_id, to_person_id as into_id from identity_events where kind = 'merged' and recorded_at <= known_at
                union all
                select to_person_id, id, null from identity_events where kind = 'parted' and recorded_at <= known_at) happened
         order by id, event_id desc
    )
    select l.* from latest l
     where programme.is_in_sight(first, beyond) and l.village_code >= first and l.village_code < beyond
       and not exists (select from ended e where e.id = l.person_id and e.into_id is not null)
$$
-- next
create function programme.groups_known(first text, beyond text, known_at timestamptz)
returns table (person_id bigint, group_code text) language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    select h.person_id, h.group_code
      from (select g.person_id, g.group_code, g.village_code from person_groups g where g.since <= known_at
            union
            select l.person_id, l.group_code, l.village_code from person_groups_left l where l.since <= known_at and l.until > known_at) h
     where programme.is_in_sight(first, beyond)
       and (h.village_code >= first and h.village_code < beyond
            or exists (select from person_versions v where v.person_id = h.person_id and v.recorded_at <= known_at
                         and v.village_code >= first and v.village_code < beyond))
$$
-- next
revoke execute on function programme.events_from_elsewhere, programme.residents_known, programme.groups_known from public
-- next
grant execute on function programme.events_from_elsewhere, programme.residents_known, programme.groups_known to jamsos_api
