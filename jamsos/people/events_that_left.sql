-- Withdraw the events that came from rows which leave a person, or that a merge copied from another id.
insert into programme.life_event_withdrawals (event_id, officer, officer_id, reason, recorded_by, village_code)
            select e.id, :officer, cast(:officer_id as bigint), :reason, :recorded_by, e.village_code
              from programme.standing_life_events e
             where e.person_id in (select id from programme.people where id = :person_id or merged_into_id = :person_id)
               and e.person_id <> :home_id
               and (exists (select from programme.registry_rows r where r.id = any(cast(:rows as bigint[]))
                               and e.evidence = 'registry_loads/' || r.load_id || ':' || r.line)
                    or exists (select from programme.life_events o
                                 join programme.identity_events v on v.to_person_id = e.person_id and v.kind = 'merged'
                                where o.person_id = :home_id and v.recorded_at = e.recorded_at
                                  and (o.kind, o.event_date, o.evidence) = (e.kind, e.event_date, e.evidence)))
             order by e.id
            on conflict do nothing returning event_id
