-- Check rows against their load and village as a set. The functions run as the owner, who sees all loads and villages.

-- next
create function programme.note_arrivals() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    unknown text;
begin
    select a.village_code into unknown
      from (select distinct village_code from arrived where village_code is not null) a
     where not exists (select from villages v where v.code = a.village_code)
     limit 1;
    if found then
        raise exception 'the village % is not known', unknown using errcode = 'foreign_key_violation';
    end if;
    insert into registry_arrivals (load_id, rows_kept) select load_id, count(*) from arrived group by load_id;
    return null;
end $$

-- next
create function programme.count_arrivals() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if (select sum(rows_kept) from registry_arrivals where load_id = new.load_id)
       <> (select rows_kept from registry_loads where id = new.load_id) then
        raise exception 'load % has not as many rows as it says', new.load_id using errcode = 'check_violation';
    end if;
    return null;
end $$

-- next
create trigger note_arrivals after insert on programme.registry_rows
    referencing new table as arrived for each statement execute function programme.note_arrivals()

-- next
create constraint trigger count_arrivals after insert on programme.registry_arrivals
    deferrable initially deferred for each row execute function programme.count_arrivals()

-- next
grant usage on sequence programme.registry_loads_id_seq to jamsos_api
