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
    if place is null or hash is distinct from new.list_sha256
       or (select count(*) from programme.run_approvals a where a.run_id = new.run_id and a.step = any(asked[:place - 1])) < place - 1
    then raise exception 'step % of run % is not due, or approves another list', new.step, new.run_id using errcode = 'check_violation'; end if;
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
        where r.id = new.run_id
          and not exists (select from programme.run_approvals a
                          where a.run_id = r.id and a.step = s.step and a.list_sha256 = r.list_sha256))
    then raise exception 'run % is not approved', new.run_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unapproved_decree before insert on programme.decrees
    for each row execute function programme.refuse_unapproved_decree()
