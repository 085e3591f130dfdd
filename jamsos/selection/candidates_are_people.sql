-- Check that each candidate is a known person in a known run. One trigger checks a whole statement, because one
-- foreign-key check per row took longer than the rest of a run.
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
