alter table programme.documents drop constraint documents_kind_check, add CONSTRAINT documents_kind_check CHECK (kind in ('receipt', 'spp', 'spm', 'sp2d', 'bank_statement', 'insurer_receipt', 'payment_notice'))
-- next
alter table programme.donation_matches drop constraint donation_matches_outcome_check, add CONSTRAINT donation_matches_outcome_check CHECK (outcome in ('exact', 'partial', 'over', 'unknown', 'duplicate', 'refunded', 'outgoing', 'settled'))
-- next
CREATE TABLE programme.payment_notices (
	bank_line_id BIGINT NOT NULL, 
	reference TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL CONSTRAINT payment_notices_status_check CHECK (status in ('paid', 'refunded')), 
	external_id TEXT COLLATE "C" NOT NULL, 
	called_date DATE NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT payment_notices_pkey PRIMARY KEY (bank_line_id), 
	CONSTRAINT payment_notices_reference_status_key UNIQUE (reference, status), 
	CONSTRAINT payment_notices_external_id_called_date_key UNIQUE (external_id, called_date), 
	CONSTRAINT payment_notices_bank_line_id_fkey FOREIGN KEY(bank_line_id) REFERENCES programme.bank_lines (id)
)
-- next
CREATE TABLE programme.notice_settlements (
	notice_id BIGINT NOT NULL, 
	bank_line_id BIGINT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT notice_settlements_pkey PRIMARY KEY (notice_id), 
	CONSTRAINT notice_settlements_notice_id_fkey FOREIGN KEY(notice_id) REFERENCES programme.payment_notices (bank_line_id), 
	CONSTRAINT notice_settlements_bank_line_id_key UNIQUE (bank_line_id), 
	CONSTRAINT notice_settlements_bank_line_id_fkey FOREIGN KEY(bank_line_id) REFERENCES programme.bank_lines (id)
)
-- next
create trigger refuse_change before update or delete on programme.payment_notices for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.payment_notices for each statement execute function programme.refuse_change()
-- next
alter table programme.payment_notices enable row level security
-- next
create policy api on programme.payment_notices to jamsos_api using (exists (select from programme.bank_lines p where p.id = payment_notices.bank_line_id)) with check (exists (select from programme.bank_lines p where p.id = payment_notices.bank_line_id))
-- next
create policy dbt on programme.payment_notices for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.payment_notices to jamsos_api
-- next
grant select on programme.payment_notices to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.notice_settlements for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.notice_settlements for each statement execute function programme.refuse_change()
-- next
alter table programme.notice_settlements enable row level security
-- next
create policy api on programme.notice_settlements to jamsos_api using (exists (select from programme.bank_lines p where p.id = notice_settlements.bank_line_id)) with check (exists (select from programme.bank_lines p where p.id = notice_settlements.bank_line_id))
-- next
create policy dbt on programme.notice_settlements for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.notice_settlements to jamsos_api
-- next
grant select on programme.notice_settlements to jamsos_dbt
