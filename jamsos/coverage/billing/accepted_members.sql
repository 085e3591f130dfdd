-- Select for each accepted worker of a decree and its amendments the membership number and the first month of cover. A
-- person who was ended and named again has an answer for each line, and the earlier months are still owed.
accepted as (
    select distinct on (a.person_id) a.person_id, a.membership_number,
           min(coalesce(a.start_month, e.start_month)) over (partition by a.person_id) as start_month
      from programme.enrolment_answers a
      join programme.enrolments e on e.id = a.enrolment_id
      join programme.decree_lines l on l.id = e.decree_line_id
      join programme.decrees d on d.id = l.decree_id
     where a.answer = 'accepted' and coalesce(d.amends_id, d.id) = :root
     order by a.person_id, a.id desc
)
