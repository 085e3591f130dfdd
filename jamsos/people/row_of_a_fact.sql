-- Select the register row from which a person's fact was taken, among the rows matched before an instant.
select v.source, v.as_of, v.file_name, v.line, v.paid_from, v.paid_to
  from (select r.*, l.as_of, l.source, l.file_name, {doubts}
          from programme.person_sources s
          join programme.registry_rows r on r.id = s.row_id
          join programme.registry_loads l on l.id = r.load_id
         where s.person_id = :person and s.matched_at <= :before
           and not exists (select from programme.ended_sources e join programme.identity_events v on v.id = e.event_id
                            where e.source_id = s.id and v.recorded_at <= :before)
           and not exists (select from programme.registry_repairs x
                            where x.repaired_load_id = r.load_id and x.repaired_line = r.line)) v
 where v.{known} is not null
 order by {doubt}v.as_of desc, v.load_id desc, v.id desc limit 1
