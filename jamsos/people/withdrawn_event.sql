-- Withdraw a wrong event, and the same event of the ids merged into its person.
insert into programme.life_event_withdrawals (event_id, officer, officer_id, reason, recorded_by, village_code)
select e.id, :officer, cast(:officer_id as bigint), :reason, :recorded_by, e.village_code
  from programme.standing_life_events e
 where e.id in (
    select cast(:id as bigint)
    union all
    select o.id from programme.people p join programme.life_events o on o.person_id = p.id
     where p.merged_into_id = :person_id and (o.kind, o.event_date) = (:kind, :day))
 order by e.id
on conflict do nothing returning event_id
