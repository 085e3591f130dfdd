alter table programme.life_events add column follows_id bigint constraint life_events_follows_id_fkey references programme.life_events (id)
-- next
alter table programme.life_events drop constraint life_events_person_id_kind_event_date_key
-- next
alter table programme.life_events add constraint life_events_person_id_kind_event_date_follows_id_key unique nulls not distinct (person_id, kind, event_date, follows_id)
-- next
CREATE TABLE programme.life_event_withdrawals (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	event_id BIGINT NOT NULL, 
	officer TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	recorded_by TEXT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT life_event_withdrawals_pkey PRIMARY KEY (id), 
	CONSTRAINT life_event_withdrawals_event_id_key UNIQUE (event_id), 
	CONSTRAINT life_event_withdrawals_event_id_fkey FOREIGN KEY(event_id) REFERENCES programme.life_events (id)
)
-- next

            create view programme.standing_life_events with (security_invoker = true) as
            select e.id, e.person_id, e.kind, e.event_date, e.source, e.remark, e.village_code, e.recorded_at
              from programme.life_events e
             where not exists (select from programme.life_event_withdrawals w where w.event_id = e.id)
        
-- next
grant select, insert, update on programme.standing_life_events to jamsos_api
-- next
grant select on programme.standing_life_events to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.life_event_withdrawals for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.life_event_withdrawals for each statement execute function programme.refuse_change()
-- next
alter table programme.life_event_withdrawals enable row level security
-- next
create policy api on programme.life_event_withdrawals to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.life_event_withdrawals for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.life_event_withdrawals to jamsos_api
-- next
grant select on programme.life_event_withdrawals to jamsos_dbt
-- next
create function programme.follow_withdrawn() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    new.follows_id := (select max(e.id) from life_events e join life_event_withdrawals w on w.event_id = e.id
                        where e.person_id = new.person_id and e.kind = new.kind and e.event_date = new.event_date);
    return new;
end $$
-- next
create trigger follow_withdrawn before insert on programme.life_events
    for each row execute function programme.follow_withdrawn()
