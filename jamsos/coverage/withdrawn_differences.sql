-- With an event its differences are withdrawn, whoever withdraws it and by what act. As the owner, because the person may have moved
-- out of the sight in which it is withdrawn; with an array of persons, because a join is not looked up in a view that adds up.
create function programme.close_withdrawn_differences() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    persons bigint[] := (select array_agg(distinct e.person_id) from arrived a join life_events e on e.id = a.event_id);
begin
    insert into difference_resolutions (difference_id, resolution, remark, resolved_date, resolved_by, village_code)
    select distinct on (d.id) d.id, 'withdrawn', a.reason, (now() at time zone 'Asia/Makassar')::date, a.officer, d.village_code
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
