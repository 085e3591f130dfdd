-- The present person of each row.
create view programme.person_rows with (security_invoker = true) as
select s.id, s.person_id, s.row_id, s.method, s.score
  from programme.person_sources s
 where not exists (select from programme.ended_sources e where e.source_id = s.id)
