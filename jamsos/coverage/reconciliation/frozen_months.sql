-- Signed minutes freeze a month of their office until they are reopened. Only confirmations of unconfirmed months may
-- still be added. A transaction that adds to a month and one that signs it wait for each other. Each trigger checks the
-- months of a whole statement.
create function programme.refuse_frozen_months() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('{freeze_lock}'));
    if exists (select from (select distinct a.month, o.office_code from arrived a join bills o on o.id = a.bill_id) a
               join minutes m using (month, office_code) where {standing})
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create function programme.refuse_frozen_payments() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('{freeze_lock}'));
    if exists (select from (select distinct a.month, o.office_code from arrived a join payments o on o.id = a.payment_id) a
               join minutes m using (month, office_code) where {standing})
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create function programme.refuse_frozen_confirmations() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('{freeze_lock}'));
    if exists (select from arrived a
               join insurer_receipts o on o.id = a.insurer_receipt_id
               join minutes m on m.month = a.month and m.office_code = o.office_code
               where {standing} and not exists (select from minute_differences n
                   join coverage_differences d on d.id = n.difference_id
                   where n.minutes_id = m.id and d.person_id = a.person_id and d.month = a.month))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_frozen_months after insert on programme.worker_months referencing new table as arrived
    for each statement execute function programme.refuse_frozen_months()
-- next
create trigger refuse_frozen_months after insert on programme.paid_months referencing new table as arrived
    for each statement execute function programme.refuse_frozen_payments()
-- next
create trigger refuse_frozen_months after insert on programme.confirmed_months referencing new table as arrived
    for each statement execute function programme.refuse_frozen_confirmations()
