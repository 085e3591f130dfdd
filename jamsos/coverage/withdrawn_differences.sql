-- When an event is withdrawn, withdraw its differences, whoever withdraws it. The function runs as the owner, because
-- the person may have moved out of the actor's sight. It passes an array of persons, because the planner cannot push a
-- join into an aggregating view.
create function programme.close_withdrawn_differences() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    persons bigint[] := (select array_agg(distinct e.person_id) from arrived a join life_events e on e.id = a.event_id);
begin
    insert into difference_resolutions (difference_id, resolution, remark, resolved_date, resolved_by, officer_id, village_code)
    select distinct on (d.id) d.id, 'withdrawn', a.reason, (now() at time zone 'Asia/Makassar')::date, a.officer, a.officer_id, d.village_code
      from arrived a
      join life_events e on e.id = a.event_id
      join coverage_differences d on d.person_id = e.person_id
     where {groundless}
     order by d.id, a.id
    on conflict (difference_id) do nothing;
    {paid_in_vain};
    return null;
end $$
-- next
create trigger close_withdrawn_differences after insert on programme.life_event_withdrawals
    referencing new table as arrived for each statement execute function programme.close_withdrawn_differences()
