-- The database itself checks approvals. Each step names the hash of the stored manifest (for the oldest runs, of the
-- list), in the order of the criteria. No decree precedes the last step.
create function programme.refuse_wrong_approval() returns trigger language plpgsql as $$
declare
    asked text[];
    place int;
    hash bytea;
begin
    select coalesce(r.manifest_sha256, r.list_sha256), array(select jsonb_array_elements_text(c.document -> 'approval' -> 'steps'))
      into hash, asked
      from programme.selection_runs r join programme.criteria c on c.id = r.criteria_id where r.id = new.run_id;
    place := array_position(asked, new.step);
    -- another hash is that of an amendment, which only a decreed list has
    if place is null
       or (hash is distinct from new.list_sha256 and not exists (select from programme.decrees d where d.run_id = new.run_id))
       or (select count(*) from programme.run_approvals a where a.run_id = new.run_id and a.list_sha256 = new.list_sha256
              and a.step = any(asked[:place - 1])) < place - 1
    then raise exception 'step % of run % is not due, or approves another list', new.step, new.run_id using errcode = 'check_violation'; end if;
    perform programme.must_be_proven(new.officer_id, new.proof);
    -- an officer who issued the key of another step, directly or through others, is no second person; a unique key
    -- allows one step per officer
    if exists (select from programme.run_approvals a, programme.proven_by(a.proof) p, programme.proven_by(new.proof) n
                where a.run_id = new.run_id and a.list_sha256 = new.list_sha256
                  and (a.officer_id = any(n.voucher_ids) or new.officer_id = any(p.voucher_ids)))
    then raise exception 'a step of run % by who issued the key of another', new.run_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_wrong_approval before insert on programme.run_approvals
    for each row execute function programme.refuse_wrong_approval()
-- next
create function programme.refuse_unapproved_decree() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare
    run bigint := coalesce(new.run_id, (select d.run_id from decrees d where d.id = new.amends_id));
begin
    -- an amendment names the determination, and needs the approvals of its list
    if run is null and new.amends_id is not null then raise exception 'decree % amends no determination', new.number using errcode = 'check_violation'; end if;
    if exists (
        select from selection_runs r join criteria c on c.id = r.criteria_id,
               jsonb_array_elements_text(c.document -> 'approval' -> 'steps') as s (step)
        where r.id = run
          and not exists (select from run_approvals a
                          where a.run_id = r.id and a.step = s.step
                            and a.list_sha256 = case when new.run_id is null then new.list_sha256 else coalesce(r.manifest_sha256, r.list_sha256) end))
    then raise exception 'the list of decree % is not approved', new.number using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unapproved_decree before insert on programme.decrees
    for each row execute function programme.refuse_unapproved_decree()
-- next
create function programme.refuse_other_list() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare
    run selection_runs;
    lines bytea;
begin
    select r.* into run from selection_runs r
     where r.id = coalesce(new.run_id, (select d.run_id from decrees d where d.id = new.amends_id))
       and exists (select from run_approvals a
                   where a.run_id = r.id and a.list_sha256 = case when new.run_id is null then new.list_sha256 else coalesce(r.manifest_sha256, r.list_sha256) end);
    if run.id is null then return null; end if;  -- the criteria require no approval
    select sha256(convert_to(string_agg(concat_ws(E'\t', l.line, l.action, l.person_id, coalesce(l.replaces_line_id::text, ''),
               coalesce(l.reason, ''), to_char(l.month_from, 'YYYY-MM-DD'), to_char(l.month_to, 'YYYY-MM-DD'),
               coalesce(l.group_code, ''), l.village_code), E'\n' order by l.line), 'UTF8'))
      into lines from decree_lines l where l.decree_id = new.id;
    -- Compare with the count of the chosen when the list was stored, because nobody approved a candidate added later.
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
create constraint trigger refuse_other_list after insert on programme.decrees deferrable initially deferred
    for each row execute function programme.refuse_other_list()
