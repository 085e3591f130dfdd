CREATE TABLE programme.registry_repairs (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	load_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	repaired_load_id BIGINT NOT NULL, 
	repaired_line INTEGER NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT registry_repairs_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_repairs_load_id_line_fkey FOREIGN KEY(load_id, line) REFERENCES programme.registry_rows (load_id, line), 
	CONSTRAINT registry_repairs_load_id_line_key UNIQUE (load_id, line), 
	CONSTRAINT registry_repairs_repaired_load_id_repaired_line_key UNIQUE (repaired_load_id, repaired_line), 
	CONSTRAINT registry_repairs_repaired_load_id_fkey FOREIGN KEY(repaired_load_id) REFERENCES programme.registry_loads (id), 
	CONSTRAINT registry_repairs_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code)
)
-- next
create trigger refuse_change before update or delete on programme.registry_repairs for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_repairs for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_repairs enable row level security
-- next
create policy api on programme.registry_repairs to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.registry_repairs for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_repairs to jamsos_api
-- next
grant select on programme.registry_repairs to jamsos_dbt
