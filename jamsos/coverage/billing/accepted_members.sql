-- Of each worker of a decree and its amendments whom the insurer accepted: the number, and the month the cover starts. Who was ended and
-- named again has an answer of each line, and the months before are owed still.
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
