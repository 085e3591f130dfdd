alter table programme.selection_runs add column fund_groups TEXT COLLATE "C"
-- next
CREATE TABLE programme.fund_groups (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	fund_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" NOT NULL CONSTRAINT fund_groups_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	is_allowed BOOLEAN NOT NULL, 
	valid_from DATE NOT NULL CONSTRAINT fund_groups_valid_from_check CHECK (extract(day from valid_from) = 1), 
	source TEXT NOT NULL, 
	verified_on DATE, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT fund_groups_pkey PRIMARY KEY (id), 
	CONSTRAINT fund_groups_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE INDEX fund_groups_fund_id_group_code_valid_from_idx ON programme.fund_groups (fund_id, group_code, valid_from)
-- next
create trigger refuse_change before update or delete on programme.fund_groups for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.fund_groups for each statement execute function programme.refuse_change()
-- next
alter table programme.fund_groups enable row level security
-- next
create policy api on programme.fund_groups to jamsos_api using (exists (select from programme.funds p where p.id = fund_groups.fund_id)) with check (exists (select from programme.funds p where p.id = fund_groups.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_groups for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.fund_groups to jamsos_api
-- next
grant select on programme.fund_groups to jamsos_dbt
-- next
create function programme.refuse_strange_groups() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare strange record;
begin
    if not exists (select from fund_groups g where exists (select from added a where a.fund_id = g.fund_id)) then return null; end if;
    select l.line, k.group_code, to_char(k.month, 'YYYY-MM') as month into strange
      from (select month, fund_id, group_code, min(decree_line_id) as line_id from added group by 1, 2, 3) k
      join decree_lines l on l.id = k.line_id
     where exists (select from fund_groups g where g.fund_id = k.fund_id)
       and (select g.is_allowed from fund_groups g where g.fund_id = k.fund_id and g.group_code = k.group_code and g.valid_from <= k.month
             order by g.valid_from desc, g.id desc limit 1) is not true
     order by k.month, l.line limit 1;
    if found then raise exception 'the fund may not pay for line % (%) in %', strange.line, strange.group_code, strange.month
        using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_strange_groups after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.refuse_strange_groups()
