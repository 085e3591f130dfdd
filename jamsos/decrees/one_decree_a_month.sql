-- At most one decree protects a person in a month. Concurrent lists wait for each other, and one query checks the whole list.
create function programme.refuse_second_decree() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (
        select from arrived a
        join decree_lines l on l.person_id = a.person_id and l.id <> a.id and l.action in ('inclusion', 'replacement')
        left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
        where a.action in ('inclusion', 'replacement') and l.month_from <= a.month_to
          and least(l.month_to, e.month_to) >= greatest(a.month_from, l.month_from))
    then raise exception 'a decree protects somebody of this list in the same months' using errcode = 'exclusion_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_second_decree after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_second_decree()
