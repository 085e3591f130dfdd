-- Record every state of a person, whoever writes. A rotation of the sealing key is no new state.

-- next
create function programme.count_person_version() returns trigger language plpgsql as $$
begin
    if current_setting('jamsos.rotation', true) = 'on' then return new; end if;
    new.version := old.version + 1;
    new.updated_at := clock_timestamp();
    return new;
end $$

-- next
create function programme.keep_person_version() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if current_setting('jamsos.rotation', true) = 'on' then return null; end if;
    insert into person_versions (person_id, version, recorded_at, {facts})
    select id, version, updated_at, {facts} from written;
    return null;
end $$

-- next
create trigger count_version before update on programme.people
    for each row execute function programme.count_person_version()

-- next
create trigger keep_first_version after insert on programme.people
    referencing new table as written for each statement execute function programme.keep_person_version()

-- next
create trigger keep_version after update on programme.people
    referencing new table as written for each statement execute function programme.keep_person_version()

-- next
-- Matching reserves the number of a newcomer before it writes the person.
grant usage on sequence programme.people_id_seq to jamsos_api
