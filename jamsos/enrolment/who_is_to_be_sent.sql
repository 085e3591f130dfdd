-- Select the lines in force of a decree and its amendments. Each has its last enrolment and answer, and the person's
-- birth date and membership number from any decree. It also has the last earlier month in which any decree protected
-- the person.
-- date.
with family as (select id, number from programme.decrees where id = :root or amends_id = :root),
standing as (
    select l.id as decree_line_id, l.person_id, l.month_from, l.month_to, l.village_code, f.number
    from programme.decree_lines l join family f on f.id = l.decree_id
    where l.action in ('inclusion', 'replacement')
      and not exists (select from programme.decree_lines e where e.replaces_line_id = l.id and e.action = 'termination')
),
selves as (  -- with the ids that were merged into the person
    select distinct person_id, person_id as id from standing
    union select s.person_id, p.id from standing s join programme.people p on p.merged_into_id = s.person_id
),
member as (
    select distinct on (v.person_id) v.person_id, a.id as answer_id, a.membership_number, a.file_sha256, a.line
    from programme.enrolment_answers a join selves v on v.id = a.person_id
    where a.answer = 'accepted' order by v.person_id, a.id desc
),
earlier as (
    select s.decree_line_id, max(least(l.month_to, e.month_to)) as last_protected
    from standing s
    join selves v on v.person_id = s.person_id
    join programme.decree_lines l on l.person_id = v.id and l.id <> s.decree_line_id
         and l.action in ('inclusion', 'replacement') and l.month_from < s.month_from
    left join programme.decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
    where least(l.month_to, e.month_to) >= l.month_from
    group by 1
)
select s.*, n.id as enrolment_id, a.answer, m.answer_id as member_answer_id, m.membership_number,
       m.file_sha256, m.line, y.last_protected, p.birth_date
from standing s
join programme.people p on p.id = s.person_id
left join member m on m.person_id = s.person_id
left join earlier y on y.decree_line_id = s.decree_line_id
left join lateral (select id from programme.enrolments n where n.decree_line_id = s.decree_line_id
                   order by id desc limit 1) n on true
left join programme.enrolment_answers a on a.enrolment_id = n.id
order by s.decree_line_id
