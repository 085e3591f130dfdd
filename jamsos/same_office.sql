-- Refuse a row that refers to rows of several offices. The trigger compares all rows of a statement at once.
-- jamsos/ownership.py derives from the tables which rows lead to the office of each reference.
create function programme.{table}_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a {joins} where {differ})
    then raise exception 'a row of {table} refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.{table} referencing new table as arrived
    for each statement execute function programme.{table}_of_one_office()
