-- Each statement that writes people also writes how many of a kind it added to a village, or took off, so that a count of them need not
-- look at every one. An id that has ended in another is nobody of its own. As the owner, because a person may leave the sight of who writes.
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
