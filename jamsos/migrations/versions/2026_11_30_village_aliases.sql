CREATE TABLE programme.village_aliases (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	district_name TEXT, 
	village_code TEXT COLLATE "C", 
	source TEXT, 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT village_aliases_pkey PRIMARY KEY (id), 
	CONSTRAINT village_aliases_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code), 
	CONSTRAINT village_aliases_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code)
)
-- next
CREATE TABLE programme.registry_alias_uses (
	load_id BIGINT NOT NULL, 
	alias_id BIGINT NOT NULL, 
	row_count INTEGER NOT NULL, 
	CONSTRAINT registry_alias_uses_pkey PRIMARY KEY (load_id, alias_id), 
	CONSTRAINT registry_alias_uses_load_id_fkey FOREIGN KEY(load_id) REFERENCES programme.registry_loads (id), 
	CONSTRAINT registry_alias_uses_alias_id_fkey FOREIGN KEY(alias_id) REFERENCES programme.village_aliases (id)
)
-- next

            create or replace view programme.registry_defects with (security_invoker = true) as
            select d.load_id, d.village_code, d.defect,
                   case when d.is_aside then 'quarantined' when d.defect in ('row_short', 'cell_spanned', 'nik_cleaned', 'nik_kk_swapped', 'kk_cleaned', 'phone_cleaned', 'name_cleaned', 'name_titled', 'name_address_swapped', 'birth_serial', 'birth_cleaned', 'decile_cleaned', 'membership_cleaned', 'paid_cleaned', 'number_in_text', 'village_by_name', 'village_by_likeness', 'village_by_alias', 'village_code_cleaned') then 'cleaned'
                        else 'warned' end as treatment,
                   count(*)::int as row_count, (array_agg(d.line order by d.line))[1:5] as sample_lines
            from (select r.load_id, coalesce(r.village_code, '') as village_code, w.defect collate "C" as defect, r.line,
                         false as is_aside
                    from programme.registry_rows r cross join lateral unnest(r.warnings) w (defect)
                  union all
                  select load_id, coalesce(village_code, ''), reason, line, true from programme.registry_rejects) d
            group by d.load_id, d.village_code, d.defect, d.is_aside
        
-- next
create trigger refuse_change before update or delete on programme.village_aliases for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.village_aliases for each statement execute function programme.refuse_change()
-- next
alter table programme.village_aliases enable row level security
-- next
create policy api on programme.village_aliases to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.village_aliases for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.village_aliases to jamsos_api
-- next
grant select on programme.village_aliases to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_alias_uses for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_alias_uses for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_alias_uses enable row level security
-- next
create policy api on programme.registry_alias_uses to jamsos_api using (exists (select from programme.registry_loads p where p.id = registry_alias_uses.load_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.registry_loads p where p.id = registry_alias_uses.load_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.registry_alias_uses for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_alias_uses to jamsos_api
-- next
grant select on programme.registry_alias_uses to jamsos_dbt
