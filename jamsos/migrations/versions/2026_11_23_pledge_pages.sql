CREATE TABLE programme.pledge_pages (
	pledge_id BIGINT NOT NULL, 
	address_sha256 BYTEA NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pledge_pages_pkey PRIMARY KEY (pledge_id), 
	CONSTRAINT pledge_pages_pledge_id_fkey FOREIGN KEY(pledge_id) REFERENCES programme.pledges (id), 
	CONSTRAINT pledge_pages_address_sha256_key UNIQUE (address_sha256)
)
-- next
create trigger refuse_change before update or delete on programme.pledge_pages for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.pledge_pages for each statement execute function programme.refuse_change()
-- next
alter table programme.pledge_pages enable row level security
-- next
create policy api on programme.pledge_pages to jamsos_api using (exists (select from programme.pledges p where p.id = pledge_pages.pledge_id)) with check (exists (select from programme.pledges p where p.id = pledge_pages.pledge_id))
-- next
create policy dbt on programme.pledge_pages for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.pledge_pages to jamsos_api
-- next
grant select on programme.pledge_pages to jamsos_dbt
