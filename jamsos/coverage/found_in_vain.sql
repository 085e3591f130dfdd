-- An event that makes confirmed months vain records them as differences in its own transaction, by whatever act it is recorded.
-- As the owner, because the months may lie outside the sight of the asker.
create function programme.find_months_in_vain() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    persons bigint[] := (select array_agg(distinct person_id) from arrived);
begin
    {paid_in_vain};
    return null;
end $$
-- next
create trigger find_months_in_vain after insert on programme.life_events
    referencing new table as arrived for each statement execute function programme.find_months_in_vain()
