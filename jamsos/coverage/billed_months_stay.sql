-- A billed month never moves. No later decree may end a line before its last billed month, or start a successor in a billed month.
create function programme.refuse_moving_billed_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from programme.worker_months w where w.decree_line_id = new.replaces_line_id
               and w.month >= case new.action when 'termination' then new.month_to + 1 else new.month_from end)
    then raise exception 'line % is billed beyond that month', new.replaces_line_id using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_moving_billed_months before insert on programme.decree_lines
    for each row when (new.replaces_line_id is not null) execute function programme.refuse_moving_billed_months()
