-- Refuse to bill a line for a month in which it protects nobody. Concurrent bills and amendments wait for each other.
create function programme.refuse_unheld_months() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from added a
               join decree_lines l on l.id = a.decree_line_id
               left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.action = 'termination' or a.month < l.month_from or a.month > least(l.month_to, e.month_to))
    then raise exception 'a month is billed that no line protects' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_unheld_months after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.refuse_unheld_months()
