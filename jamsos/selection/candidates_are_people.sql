-- A candidate is a person and stands in a run. Both are checked for a whole statement at once, because foreign keys one by one took longer
-- than everything else that a run does.
create function programme.refuse_strange_candidates() returns trigger language plpgsql as $$
begin
    if exists (select from arrived a where not exists (select from programme.people p where p.id = a.person_id))
       or exists (select from (select distinct run_id from arrived) a
                  where not exists (select from programme.selection_runs r where r.id = a.run_id))
    then raise exception 'a candidate is no person, or stands in no run' using errcode = 'foreign_key_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_strange_candidates after insert on programme.selection_candidates referencing new table as arrived
    for each statement execute function programme.refuse_strange_candidates()
