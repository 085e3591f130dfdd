-- A month has one valid set of minutes. Later ones replace minutes that an officer who did not sign has reopened.
create function programme.refuse_second_minutes() returns trigger language plpgsql as $$
begin
    if exists (select from programme.minutes m where m.office_code = new.office_code and m.month = new.month and {standing})
       or new.replaces_id is distinct from
          (select max(m.id) from programme.minutes m where m.office_code = new.office_code and m.month = new.month)
    then raise exception 'the minutes of that month stand, or are not the ones named' using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_second_minutes before insert on programme.minutes
    for each row execute function programme.refuse_second_minutes()
-- next
create function programme.refuse_signers_reopening() returns trigger language plpgsql as $$
begin
    if exists (select from programme.minutes m
               where m.id = new.minutes_id and (m.officer_id = new.officer_id or new.opened_date < m.signed_date))
    then raise exception 'whoever signed does not open again, nor before the signing' using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_signers_reopening before insert on programme.minutes_reopenings
    for each row execute function programme.refuse_signers_reopening()
