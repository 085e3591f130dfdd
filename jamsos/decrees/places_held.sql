-- Decree lines with their effective last month after amendments. Billing uses this query.
select l.id, l.person_id, l.decree_id, coalesce(d.amends_id, d.id) as root_id, l.line, l.month_from, l.month_to,
       e.month_to as ended, least(l.month_to, e.month_to) as last_month, l.village_code, l.group_code,
       d.issued_at, d.number, x.issued_at as ended_at,
       exists (select from programme.decree_lines s where s.replaces_line_id = l.id and s.action = 'replacement')
           as has_successor
from programme.decree_lines l
join programme.decrees d on d.id = l.decree_id
left join programme.decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
left join programme.decrees x on x.id = e.decree_id
where l.action in ('inclusion', 'replacement')
