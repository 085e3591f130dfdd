-- Each statement that writes people also writes by how many it changed the count of a village, so that totals need not
-- read every person. A merged id does not count. The function runs as the owner, because a person may leave the
-- writer's sight.
create function programme.add_up_people() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if tg_op = 'INSERT' then
        insert into person_sums (village_code, sex, occupation, people)
        select village_code, sex, occupation, count(*) from written where merged_into_id is null group by 1, 2, 3;
    elsif tg_op = 'DELETE' then
        insert into person_sums (village_code, sex, occupation, people)
        select village_code, sex, occupation, -count(*) from replaced where merged_into_id is null group by 1, 2, 3;
    else
        insert into person_sums (village_code, sex, occupation, people)
        select village_code, sex, occupation, sum(one)
          from (select village_code, sex, occupation, 1 as one from written where merged_into_id is null
                union all select village_code, sex, occupation, -1 from replaced where merged_into_id is null) moved
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
