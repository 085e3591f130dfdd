-- A fund with group rules pays for a group from the month in which a rule allows the group, until a later rule ends it.
-- The rows are many and their combinations few, so the trigger checks the combinations, and only where a fund has
-- rules.
create function programme.refuse_strange_groups() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare strange record;
begin
    if not exists (select from fund_groups g where exists (select from added a where a.fund_id = g.fund_id)) then return null; end if;
    select l.line, k.group_code, to_char(k.month, 'YYYY-MM') as month into strange
      from (select month, fund_id, group_code, min(decree_line_id) as line_id from added group by 1, 2, 3) k
      join decree_lines l on l.id = k.line_id
     where exists (select from fund_groups g where g.fund_id = k.fund_id)
       and (select g.is_allowed from fund_groups g where g.fund_id = k.fund_id and g.group_code = k.group_code and g.valid_from <= k.month
             order by g.valid_from desc, g.id desc limit 1) is not true
     order by k.month, l.line limit 1;
    if found then raise exception 'the fund may not pay for line % (%) in %', strange.line, strange.group_code, strange.month
        using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_strange_groups after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.refuse_strange_groups()
