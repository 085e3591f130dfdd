-- The database's own word on approvals: each step on the hash of the list as kept, in the order of the criteria, and no decree before the last.
create function programme.refuse_wrong_approval() returns trigger language plpgsql as $$
declare
    asked text[];
    place int;
    hash bytea;
begin
    select r.list_sha256, array(select jsonb_array_elements_text(c.document -> 'approval' -> 'steps'))
      into hash, asked
      from programme.selection_runs r join programme.criteria c on c.id = r.criteria_id where r.id = new.run_id;
    place := array_position(asked, new.step);
    -- another hash is that of an amendment, which only a decreed list has
    if place is null or new.proof is null
       or (hash is distinct from new.list_sha256 and not exists (select from programme.decrees d where d.run_id = new.run_id))
       or (select count(*) from programme.run_approvals a where a.run_id = new.run_id and a.list_sha256 = new.list_sha256
              and a.step = any(asked[:place - 1])) < place - 1
    then raise exception 'step % of run % is not due, approves another list, or names no key', new.step, new.run_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_wrong_approval before insert on programme.run_approvals
    for each row execute function programme.refuse_wrong_approval()
-- next
create function programme.refuse_unapproved_decree() returns trigger language plpgsql as $$
begin
    if exists (
        select from programme.selection_runs r join programme.criteria c on c.id = r.criteria_id,
               jsonb_array_elements_text(c.document -> 'approval' -> 'steps') as s (step)
        where r.id = coalesce(new.run_id, (select d.run_id from programme.decrees d where d.id = new.amends_id))
          and not exists (select from programme.run_approvals a
                          where a.run_id = r.id and a.step = s.step
                            and a.list_sha256 = case when new.run_id is null then new.list_sha256 else r.list_sha256 end))
    then raise exception 'the list of decree % is not approved', new.number using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unapproved_decree before insert on programme.decrees
    for each row execute function programme.refuse_unapproved_decree()
-- next
create function programme.refuse_other_list() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from decrees d join run_approvals a on a.run_id = d.run_id and a.list_sha256 = new.list_sha256 where d.id = new.amends_id)
       and new.list_sha256 is distinct from (
            select sha256(convert_to(string_agg(concat_ws(E'\t', l.line, l.action, l.person_id, coalesce(l.replaces_line_id::text, ''),
                       coalesce(l.reason, ''), to_char(l.month_from, 'YYYY-MM-DD'), to_char(l.month_to, 'YYYY-MM-DD'),
                       coalesce(l.group_code, ''), l.village_code), E'\n' order by l.line), 'UTF8'))
              from decree_lines l where l.decree_id = new.id)
    then raise exception 'decree % holds other lines than were approved', new.number using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create constraint trigger refuse_other_list after insert on programme.decrees deferrable initially deferred
    for each row execute function programme.refuse_other_list()
