-- A decree's list is complete in the transaction that issues it, whose now() is its issued_at. Refuse lines that come later.
create function programme.refuse_late_lines() returns trigger language plpgsql as $$
begin
    if exists (select from (select distinct decree_id from arrived) a join programme.decrees d on d.id = a.decree_id
               where d.issued_at <> now())
    then raise exception 'the list of an issued decree is frozen' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_late_lines after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_late_lines()
