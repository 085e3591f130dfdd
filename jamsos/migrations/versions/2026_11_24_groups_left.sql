CREATE TABLE programme.person_groups_left (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	person_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" NOT NULL CONSTRAINT person_groups_left_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	village_code TEXT COLLATE "C", 
	since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	until TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT person_groups_left_pkey PRIMARY KEY (id), 
	CONSTRAINT person_groups_left_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX person_groups_left_person_id_idx ON programme.person_groups_left (person_id)
-- next
create trigger refuse_change before update or delete on programme.person_groups_left for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.person_groups_left for each statement execute function programme.refuse_change()
-- next
alter table programme.person_groups_left enable row level security
-- next
create policy api on programme.person_groups_left to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.person_groups_left for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.person_groups_left to jamsos_api
-- next
grant select on programme.person_groups_left to jamsos_dbt
-- next
create function programme.keep_left_groups() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    insert into person_groups_left (person_id, group_code, village_code, since, until)
    select person_id, group_code, village_code, since, clock_timestamp() from removed;
    return null;
end $$
-- next
create trigger keep_left_groups after delete on programme.person_groups
    referencing old table as removed for each statement execute function programme.keep_left_groups()
