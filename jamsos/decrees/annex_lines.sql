-- Select the lines of one decree for its annex: the person as signed, and the person as now known under the surviving id.
select l.line, l.action, l.person_id, l.person_version, c.id as current_id, c.version as current_version,
       l.reason, l.month_from, l.month_to, l.group_code, v.name as village, t.name as district,
       b.line as before_line, bd.number as before_number, l.action = 'replacement' and b.person_id = l.person_id as is_return
from programme.decree_lines l
join programme.people p on p.id = l.person_id
join programme.people c on c.id = coalesce(p.merged_into_id, p.id)
join programme.villages v on v.code = l.village_code
join programme.districts t on t.code = v.district_code
left join programme.decree_lines b on b.id = l.replaces_line_id
left join programme.decrees bd on bd.id = b.decree_id
where l.decree_id = :decree order by l.line
