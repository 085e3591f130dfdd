alter table programme.minutes drop constraint minutes_regency_code_month_key
-- next
alter table programme.minutes add column replaces_id BIGINT
-- next
alter table programme.minutes add CONSTRAINT minutes_replaces_id_key UNIQUE (replaces_id)
-- next
alter table programme.minutes add CONSTRAINT minutes_replaces_id_fkey FOREIGN KEY(replaces_id) REFERENCES programme.minutes (id)
-- next
alter table programme.minutes add CONSTRAINT minutes_regency_code_month_replaces_id_key UNIQUE NULLS NOT DISTINCT (regency_code, month, replaces_id)
-- next
create or replace function programme.refuse_frozen_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('jamsos.minutes'));
    if exists (select from (select distinct month, left(village_code, 5) as regency_code from arrived) a
               join programme.minutes m using (month, regency_code) where not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create or replace function programme.refuse_frozen_confirmations() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('jamsos.minutes'));
    if exists (select from arrived a
               join programme.minutes m on m.month = a.month and m.regency_code = left(a.village_code, 5)
               where not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id) and not exists (select from programme.minute_differences n
                   join programme.receipt_differences d on d.id = n.difference_id
                   where n.minutes_id = m.id and d.person_id = a.person_id and d.month = a.month))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
CREATE TABLE programme.minutes_reopenings (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	minutes_id BIGINT NOT NULL, 
	officer TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	opened_date DATE NOT NULL, 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT minutes_reopenings_pkey PRIMARY KEY (id), 
	CONSTRAINT minutes_reopenings_minutes_id_key UNIQUE (minutes_id), 
	CONSTRAINT minutes_reopenings_minutes_id_fkey FOREIGN KEY(minutes_id) REFERENCES programme.minutes (id)
)
-- next
create trigger refuse_change before update or delete on programme.minutes_reopenings for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minutes_reopenings for each statement execute function programme.refuse_change()
-- next
alter table programme.minutes_reopenings enable row level security
-- next
create policy api on programme.minutes_reopenings to jamsos_api using (exists (select from programme.minutes p where p.id = minutes_reopenings.minutes_id)) with check (exists (select from programme.minutes p where p.id = minutes_reopenings.minutes_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.minutes_reopenings for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.minutes_reopenings to jamsos_api
-- next
grant select on programme.minutes_reopenings to jamsos_dbt
-- next
create function programme.refuse_second_minutes() returns trigger language plpgsql as $$
begin
    if exists (select from programme.minutes m where m.regency_code = new.regency_code and m.month = new.month and not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id))
       or new.replaces_id is distinct from
          (select max(m.id) from programme.minutes m where m.regency_code = new.regency_code and m.month = new.month)
    then raise exception 'the minutes of that month stand, or are not the ones named' using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_second_minutes before insert on programme.minutes
    for each row execute function programme.refuse_second_minutes()
-- next
create function programme.refuse_signers_reopening() returns trigger language plpgsql as $$
begin
    if exists (select from programme.minutes m, unnest(array[m.office_signatory, m.insurer_signatory]) as s (name)
               where m.id = new.minutes_id
                 and (lower(regexp_replace(trim(s.name), '\s+', ' ', 'g')) = lower(regexp_replace(trim(new.officer), '\s+', ' ', 'g'))
                      or new.opened_date < m.signed_date))
    then raise exception 'whoever signed does not open again, nor before the signing' using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_signers_reopening before insert on programme.minutes_reopenings
    for each row execute function programme.refuse_signers_reopening()
