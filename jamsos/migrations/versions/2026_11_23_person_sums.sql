CREATE TABLE programme.person_sums (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	village_code TEXT COLLATE "C", 
	sex TEXT COLLATE "C" CONSTRAINT person_sums_sex_check CHECK (sex in ('female', 'male')), 
	occupation TEXT COLLATE "C" CONSTRAINT person_sums_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	people BIGINT NOT NULL, 
	CONSTRAINT person_sums_pkey PRIMARY KEY (id)
)
-- next
CREATE INDEX person_sums_village_code_idx ON programme.person_sums (village_code)
-- next
create trigger refuse_change before update or delete on programme.person_sums for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.person_sums for each statement execute function programme.refuse_change()
-- next
alter table programme.person_sums enable row level security
-- next
create policy api on programme.person_sums to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.person_sums for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.person_sums to jamsos_api
-- next
grant select on programme.person_sums to jamsos_dbt
-- next

create function programme.add_up_people() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into person_sums (village_code, sex, occupation, people)
        select village_code, sex, occupation, count(*) from written group by 1, 2, 3;
    elsif tg_op = 'DELETE' then
        insert into person_sums (village_code, sex, occupation, people)
        select village_code, sex, occupation, -count(*) from replaced group by 1, 2, 3;
    else
        insert into person_sums (village_code, sex, occupation, people)
        select village_code, sex, occupation, sum(one)
          from (select village_code, sex, occupation, 1 as one from written
                union all select village_code, sex, occupation, -1 from replaced) moved
         group by 1, 2, 3 having sum(one) <> 0;
    end if;
    return null;
end $$

-- next

create trigger add_up_people_insert after insert on programme.people
    referencing new table as written for each statement execute function programme.add_up_people()

-- next

create trigger add_up_people_update after update on programme.people
    referencing old table as replaced new table as written for each statement execute function programme.add_up_people()

-- next

create trigger add_up_people_delete after delete on programme.people
    referencing old table as replaced for each statement execute function programme.add_up_people()

-- next
insert into programme.person_sums (village_code, sex, occupation, people)
select village_code, sex, occupation, count(*) from programme.people group by 1, 2, 3
