-- Select the insurer's last answer about each person for a year's decrees, under every id of the person.
select distinct on (self.id) self.id as person_id, a.answer
from programme.enrolment_answers a
join programme.enrolments n on n.id = a.enrolment_id
join programme.people p on p.id = n.person_id
cross join lateral (values (p.id), (p.merged_into_id)) as self (id)
join programme.decree_lines l on l.id = n.decree_line_id
join programme.decrees d on d.id = l.decree_id
where d.year = :year and d.office_code = :regency and coalesce(d.amends_id, d.id) is distinct from :but_for
  and a.answered_at <= :known_at and self.id is not null
order by self.id, a.id desc
