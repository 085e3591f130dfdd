-- The database records each group that a person leaves, whoever removes it, so that queries can reconstruct past days.
create function programme.keep_left_groups() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    insert into person_groups_left (person_id, group_code, village_code, since, until)
    select person_id, group_code, village_code, since, clock_timestamp() from removed;
    return null;
end $$
-- next
create trigger keep_left_groups after delete on programme.person_groups
    referencing old table as removed for each statement execute function programme.keep_left_groups()
