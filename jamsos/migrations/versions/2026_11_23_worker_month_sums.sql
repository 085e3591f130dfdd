CREATE TABLE programme.worker_month_sums (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	month DATE NOT NULL CONSTRAINT worker_month_sums_month_check CHECK (extract(day from month) = 1), 
	bill_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" CONSTRAINT worker_month_sums_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	village_code TEXT COLLATE "C" NOT NULL, 
	worker_months BIGINT NOT NULL, 
	jkk_amount BIGINT NOT NULL, 
	jkm_amount BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	CONSTRAINT worker_month_sums_pkey PRIMARY KEY (id), 
	CONSTRAINT worker_month_sums_bill_id_fkey FOREIGN KEY(bill_id) REFERENCES programme.bills (id), 
	CONSTRAINT worker_month_sums_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE INDEX worker_month_sums_village_code_month_idx ON programme.worker_month_sums (village_code, month)
-- next
create trigger refuse_change before update or delete on programme.worker_month_sums for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.worker_month_sums for each statement execute function programme.refuse_change()
-- next
alter table programme.worker_month_sums enable row level security
-- next
create policy api on programme.worker_month_sums to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.worker_month_sums for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.worker_month_sums to jamsos_api
-- next
grant select on programme.worker_month_sums to jamsos_dbt
-- next

create function programme.add_up_worker_months() returns trigger language plpgsql as $$
begin
    insert into programme.worker_month_sums
           (month, bill_id, fund_id, group_code, village_code, worker_months, jkk_amount, jkm_amount, amount)
    select month, bill_id, fund_id, group_code, village_code, count(*), sum(jkk_amount), sum(jkm_amount), sum(amount)
      from added group by month, bill_id, fund_id, group_code, village_code;
    return null;
end $$

-- next

create trigger add_up_worker_months after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.add_up_worker_months()
-- next
insert into programme.worker_month_sums
       (month, bill_id, fund_id, group_code, village_code, worker_months, jkk_amount, jkm_amount, amount)
select month, bill_id, fund_id, group_code, village_code, count(*), sum(jkk_amount), sum(jkm_amount), sum(amount)
  from programme.worker_months group by month, bill_id, fund_id, group_code, village_code
-- next
alter table programme.paid_months drop constraint paid_months_pkey,
    add constraint paid_months_pkey primary key (person_id, month) include (payment_id, village_code)
-- next
alter table programme.confirmed_months drop constraint confirmed_months_pkey,
    add constraint confirmed_months_pkey primary key (person_id, month) include (receipt_id, village_code)
