-- Signed minutes freeze a month until they are reopened. Only confirmations of unconfirmed months may still be added. A
-- transaction that adds to a month and one that signs it wait for each other. Both triggers check the months of a whole
-- statement at once.
create function programme.refuse_frozen_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('{freeze_lock}'));
    if exists (select from (select distinct month, left(village_code, 5) as regency_code from arrived) a
               join programme.minutes m using (month, regency_code) where {standing})
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create function programme.refuse_frozen_confirmations() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('{freeze_lock}'));
    if exists (select from arrived a
               join programme.minutes m on m.month = a.month and m.regency_code = left(a.village_code, 5)
               where {standing} and not exists (select from programme.minute_differences n
                   join programme.coverage_differences d on d.id = n.difference_id
                   where n.minutes_id = m.id and d.person_id = a.person_id and d.month = a.month))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_frozen_months after insert on programme.worker_months referencing new table as arrived
    for each statement execute function programme.refuse_frozen_months()
-- next
create trigger refuse_frozen_months after insert on programme.paid_months referencing new table as arrived
    for each statement execute function programme.refuse_frozen_months()
-- next
create trigger refuse_frozen_months after insert on programme.confirmed_months referencing new table as arrived
    for each statement execute function programme.refuse_frozen_confirmations()
