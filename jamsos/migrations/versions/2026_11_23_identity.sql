alter table programme.people add column merged_into_id bigint
-- next
alter table programme.people add constraint people_merged_into_id_fkey foreign key (merged_into_id) references programme.people (id)
-- next
CREATE INDEX people_merged_into_id_idx ON programme.people (merged_into_id) WHERE merged_into_id is not null
-- next
CREATE INDEX person_sources_human_idx ON programme.person_sources (row_id) WHERE method = 'human'
-- next
CREATE TABLE programme.match_decisions (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	review_id BIGINT NOT NULL, 
	verdict TEXT COLLATE "C" NOT NULL CONSTRAINT match_decisions_verdict_check CHECK (verdict in ('same', 'different')), 
	remark TEXT NOT NULL, 
	officer TEXT NOT NULL, 
	recorded_by TEXT NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT match_decisions_pkey PRIMARY KEY (id), 
	CONSTRAINT match_decisions_review_id_key UNIQUE (review_id), 
	CONSTRAINT match_decisions_review_id_fkey FOREIGN KEY(review_id) REFERENCES programme.match_reviews (id)
)
-- next
CREATE TABLE programme.identity_events (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT identity_events_kind_check CHECK (kind in ('merged', 'parted', 'moved')), 
	from_person_id BIGINT NOT NULL, 
	to_person_id BIGINT NOT NULL, 
	decision_id BIGINT, 
	rows_moved INTEGER NOT NULL, 
	remark TEXT NOT NULL, 
	officer TEXT NOT NULL, 
	recorded_by TEXT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT identity_events_pkey PRIMARY KEY (id), 
	CONSTRAINT identity_events_from_person_id_fkey FOREIGN KEY(from_person_id) REFERENCES programme.people (id), 
	CONSTRAINT identity_events_to_person_id_fkey FOREIGN KEY(to_person_id) REFERENCES programme.people (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT identity_events_decision_id_key UNIQUE (decision_id), 
	CONSTRAINT identity_events_decision_id_fkey FOREIGN KEY(decision_id) REFERENCES programme.match_decisions (id)
)
-- next
CREATE INDEX identity_events_from_person_id_idx ON programme.identity_events (from_person_id)
-- next
CREATE INDEX identity_events_to_person_id_idx ON programme.identity_events (to_person_id)
-- next
CREATE TABLE programme.ended_sources (
	source_id BIGINT NOT NULL, 
	event_id BIGINT NOT NULL, 
	CONSTRAINT ended_sources_pkey PRIMARY KEY (source_id), 
	CONSTRAINT ended_sources_source_id_fkey FOREIGN KEY(source_id) REFERENCES programme.person_sources (id), 
	CONSTRAINT ended_sources_event_id_fkey FOREIGN KEY(event_id) REFERENCES programme.identity_events (id)
)
-- next
CREATE INDEX ended_sources_event_id_idx ON programme.ended_sources (event_id)
-- next

            create view programme.person_rows with (security_invoker = true) as
            select s.id, s.person_id, s.row_id, s.method, s.score
              from programme.person_sources s
             where not exists (select from programme.ended_sources e where e.source_id = s.id)
        
-- next
create trigger refuse_change before update or delete on programme.match_decisions for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.match_decisions for each statement execute function programme.refuse_change()
-- next
alter table programme.match_decisions enable row level security
-- next
create policy api on programme.match_decisions to jamsos_api using (exists (select from programme.match_reviews p where p.id = match_decisions.review_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.match_reviews p where p.id = match_decisions.review_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.match_decisions for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.match_decisions to jamsos_api
-- next
grant select on programme.match_decisions to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.identity_events for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.identity_events for each statement execute function programme.refuse_change()
-- next
alter table programme.identity_events enable row level security
-- next
create policy api on programme.identity_events to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.identity_events for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.identity_events to jamsos_api
-- next
grant select on programme.identity_events to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.ended_sources for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.ended_sources for each statement execute function programme.refuse_change()
-- next
alter table programme.ended_sources enable row level security
-- next
create policy api on programme.ended_sources to jamsos_api using (exists (select from programme.identity_events p where p.id = ended_sources.event_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.identity_events p where p.id = ended_sources.event_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.ended_sources for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.ended_sources to jamsos_api
-- next
grant select on programme.ended_sources to jamsos_dbt
-- next
grant select, insert, update on programme.person_rows to jamsos_api
-- next
grant select on programme.person_rows to jamsos_dbt
-- next

create function programme.keep_who_is_on_lists() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from decree_lines l left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.person_id = old.id and l.action <> 'termination'
                 and coalesce(e.month_to, l.month_to) >= date_trunc('month', now() at time zone 'Asia/Makassar'))
       or exists (select from worker_months w left join confirmed_months c using (person_id, month)
                  where w.person_id = old.id and c.person_id is null)
    then raise exception 'person % stands on a list in force', old.id using errcode = 'restrict_violation'; end if;
    return new;
end $$

-- next

create trigger keep_who_is_on_lists before update of merged_into_id, nik_sealed on programme.people for each row
    when ((old.merged_into_id is null and new.merged_into_id is not null) or (old.nik_sealed is not null and new.nik_sealed is null))
    execute function programme.keep_who_is_on_lists()

