-- Check each line, whoever inserts it. A determination names persons. An amendment ends lines that hold a place of its
-- decree, and gives their vacant months to others.
create function programme.refuse_strange_lines() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare strange int;
begin
    select a.line into strange
      from arrived a
      join decrees d on d.id = a.decree_id
      left join decree_lines b on b.id = a.replaces_line_id and b.action <> 'termination'
      left join decrees f on f.id = b.decree_id
      left join decree_lines e on e.replaces_line_id = b.id and e.action = 'termination'
     where case a.action
           when 'inclusion' then d.kind <> 'determination' or a.replaces_line_id is not null
                or a.month_from < d.month_from or a.month_to > d.month_to
           when 'termination' then b.person_id <> a.person_id or b.month_from <> a.month_from or a.reason is null
                or a.month_to < b.month_from - interval '1 month' or a.month_to >= b.month_to
           else e.id is null or a.month_from <= e.month_to or a.month_to > b.month_to end
        or a.action <> 'termination' and a.month_to < a.month_from
        or a.action <> 'inclusion' and (coalesce(f.amends_id, f.id) is distinct from d.amends_id)
     limit 1;
    if found then raise exception 'line % fits no place of its decree', strange using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_strange_lines after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_strange_lines()
