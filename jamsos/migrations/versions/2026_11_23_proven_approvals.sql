create or replace function programme.refuse_wrong_approval() returns trigger language plpgsql as $$
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
