alter table programme.receipt_differences drop constraint receipt_differences_kind_check, add CONSTRAINT receipt_differences_kind_check CHECK (kind in ('not_confirmed', 'unknown_member', 'not_billed', 'wrong_month', 'not_paid', 'short', 'over', 'double', 'not_registered', 'died', 'moved', 'other_payer'))
-- next
alter table programme.receipt_differences add owner TEXT COLLATE "C" GENERATED ALWAYS AS (case when kind in ('not_billed', 'not_registered', 'died', 'moved', 'other_payer') then 'office' when kind in ('not_paid') then 'treasury' else 'insurer' end) STORED NOT NULL
-- next
CREATE UNIQUE INDEX receipt_differences_in_vain_key ON programme.receipt_differences (person_id, month) WHERE kind in ('died', 'moved', 'other_payer')
-- next
CREATE TABLE programme.minutes (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	number TEXT COLLATE "C" NOT NULL, 
	month DATE NOT NULL CONSTRAINT minutes_month_check CHECK (extract(day from month) = 1), 
	signed_date DATE NOT NULL, 
	office_signatory TEXT NOT NULL, 
	insurer_signatory TEXT NOT NULL, 
	lines_sha256 BYTEA NOT NULL, 
	file_sha256 BYTEA, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT minutes_pkey PRIMARY KEY (id), 
	CONSTRAINT minutes_regency_code_month_key UNIQUE (regency_code, month), 
	CONSTRAINT minutes_regency_code_number_key UNIQUE (regency_code, number), 
	CONSTRAINT minutes_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE TABLE programme.minute_lines (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	minutes_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	named INTEGER NOT NULL, 
	confirmed INTEGER NOT NULL, 
	billed INTEGER NOT NULL, 
	paid INTEGER NOT NULL, 
	billed_amount BIGINT NOT NULL, 
	paid_amount BIGINT NOT NULL, 
	confirmed_amount BIGINT NOT NULL, 
	CONSTRAINT minute_lines_pkey PRIMARY KEY (id), 
	CONSTRAINT minute_lines_minutes_id_fund_id_key UNIQUE (minutes_id, fund_id), 
	CONSTRAINT minute_lines_minutes_id_fkey FOREIGN KEY(minutes_id) REFERENCES programme.minutes (id), 
	CONSTRAINT minute_lines_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE TABLE programme.carried_differences (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	bill_id BIGINT NOT NULL, 
	difference_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT carried_differences_pkey PRIMARY KEY (id), 
	CONSTRAINT carried_differences_bill_id_difference_id_key UNIQUE (bill_id, difference_id), 
	CONSTRAINT carried_differences_bill_id_fkey FOREIGN KEY(bill_id) REFERENCES programme.bills (id), 
	CONSTRAINT carried_differences_difference_id_fkey FOREIGN KEY(difference_id) REFERENCES programme.receipt_differences (id)
)
-- next
CREATE INDEX carried_differences_difference_id_idx ON programme.carried_differences (difference_id)
-- next
CREATE TABLE programme.difference_resolutions (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	difference_id BIGINT NOT NULL, 
	resolution TEXT COLLATE "C" NOT NULL CONSTRAINT difference_resolutions_resolution_check CHECK (resolution in ('confirmed_later', 'billed_later', 'credited', 'refunded', 'corrected', 'accepted')), 
	remark TEXT, 
	resolved_date DATE NOT NULL, 
	resolved_by TEXT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT difference_resolutions_pkey PRIMARY KEY (id), 
	CONSTRAINT difference_resolutions_difference_id_key UNIQUE (difference_id), 
	CONSTRAINT difference_resolutions_difference_id_fkey FOREIGN KEY(difference_id) REFERENCES programme.receipt_differences (id)
)
-- next
CREATE TABLE programme.minute_differences (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	minutes_id BIGINT NOT NULL, 
	difference_id BIGINT NOT NULL, 
	agreed TEXT COLLATE "C" CONSTRAINT minute_differences_agreed_check CHECK (agreed in ('confirmed_later', 'billed_later', 'credited', 'refunded', 'corrected', 'accepted')), 
	village_code TEXT COLLATE "C", 
	CONSTRAINT minute_differences_pkey PRIMARY KEY (id), 
	CONSTRAINT minute_differences_minutes_id_difference_id_key UNIQUE (minutes_id, difference_id), 
	CONSTRAINT minute_differences_minutes_id_fkey FOREIGN KEY(minutes_id) REFERENCES programme.minutes (id), 
	CONSTRAINT minute_differences_difference_id_fkey FOREIGN KEY(difference_id) REFERENCES programme.receipt_differences (id)
)
-- next
CREATE INDEX minute_differences_difference_id_idx ON programme.minute_differences (difference_id)
-- next
create trigger refuse_change before update or delete on programme.minutes for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minutes for each statement execute function programme.refuse_change()
-- next
alter table programme.minutes enable row level security
-- next
create policy api on programme.minutes to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.minutes for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.minutes to jamsos_api
-- next
grant select on programme.minutes to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.minute_lines for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minute_lines for each statement execute function programme.refuse_change()
-- next
alter table programme.minute_lines enable row level security
-- next
create policy api on programme.minute_lines to jamsos_api using (exists (select from programme.minutes p where p.id = minute_lines.minutes_id)) with check (exists (select from programme.minutes p where p.id = minute_lines.minutes_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.minute_lines for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.minute_lines to jamsos_api
-- next
grant select on programme.minute_lines to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.carried_differences for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.carried_differences for each statement execute function programme.refuse_change()
-- next
alter table programme.carried_differences enable row level security
-- next
create policy api on programme.carried_differences to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.carried_differences for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.carried_differences to jamsos_api
-- next
grant select on programme.carried_differences to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.difference_resolutions for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.difference_resolutions for each statement execute function programme.refuse_change()
-- next
alter table programme.difference_resolutions enable row level security
-- next
create policy api on programme.difference_resolutions to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.difference_resolutions for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.difference_resolutions to jamsos_api
-- next
grant select on programme.difference_resolutions to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.minute_differences for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minute_differences for each statement execute function programme.refuse_change()
-- next
alter table programme.minute_differences enable row level security
-- next
create policy api on programme.minute_differences to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.minute_differences for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.minute_differences to jamsos_api
-- next
grant select on programme.minute_differences to jamsos_dbt
-- next

create function programme.refuse_frozen_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('jamsos.minutes'));
    if exists (select from (select distinct month, left(village_code, 5) as regency_code from arrived) a
               join programme.minutes m using (month, regency_code))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$

-- next

create function programme.refuse_frozen_confirmations() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('jamsos.minutes'));
    if exists (select from arrived a
               join programme.minutes m on m.month = a.month and m.regency_code = left(a.village_code, 5)
               where not exists (select from programme.minute_differences n
                   join programme.receipt_differences d on d.id = n.difference_id
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

