do $$ begin
            if not exists (select from pg_roles where rolname = 'jamsos_api') then create role jamsos_api nologin; end if;
            if not pg_has_role(current_user, 'jamsos_api', 'set') then execute format('grant jamsos_api to %I', current_user); end if;
        end $$
-- next
do $$ begin
            if not exists (select from pg_roles where rolname = 'jamsos_dbt') then create role jamsos_dbt nologin; end if;
            if not pg_has_role(current_user, 'jamsos_dbt', 'set') then execute format('grant jamsos_dbt to %I', current_user); end if;
        end $$
-- next
do $$ begin
            if not exists (select from pg_roles where rolname = 'jamsos_reports') then create role jamsos_reports nologin; end if;
            if not pg_has_role(current_user, 'jamsos_reports', 'set') then execute format('grant jamsos_reports to %I', current_user); end if;
        end $$
-- next
do $$ begin
            if not exists (select from pg_roles where rolname = 'jamsos_analyst') then create role jamsos_analyst nologin; end if;
            if not pg_has_role(current_user, 'jamsos_analyst', 'set') then execute format('grant jamsos_analyst to %I', current_user); end if;
        end $$
-- next
grant usage on schema programme to jamsos_api, jamsos_dbt
-- next
create schema if not exists staging authorization jamsos_dbt
-- next
create schema if not exists intermediate authorization jamsos_dbt
-- next
create schema if not exists build authorization jamsos_dbt
-- next
create schema if not exists store authorization jamsos_dbt
-- next
create schema if not exists marts authorization jamsos_dbt
-- next
create schema if not exists marts_at authorization jamsos_dbt
-- next
grant usage on schema marts to jamsos_reports, jamsos_analyst
-- next
grant usage on schema marts_at to jamsos_reports, jamsos_analyst
-- next
alter default privileges for role jamsos_dbt in schema marts grant select on tables to jamsos_reports, jamsos_analyst
-- next
create table store.releases (
    id bigint primary key,
    in_schema text not null,
    as_of timestamptz not null,
    as_of_date date not null,
    is_replay boolean not null,
    built_at timestamptz not null,
    published_at timestamptz not null,
    inputs jsonb not null,
    laws jsonb not null,
    marts jsonb not null,
    code_version text not null,
    dbt_version text not null,
    sha256 text not null
)
-- next
create table store.build_lock ()
-- next
create view marts.releases as
select r.*, not r.is_replay and r.id = (select max(id) from store.releases where not is_replay) as is_current
  from store.releases r
-- next
comment on view marts.releases is 'One row per publication of the marts; `is_current` is the release that the schema marts shows.'
-- next
create function marts_at.release() returns bigint language plpgsql stable as $$
declare asked text := nullif(current_setting('jamsos.release', true), ''); found bigint;
begin
    select id into found from marts.releases
     where case when asked is null then is_current else id::text = asked and not is_replay end;
    if found is null and asked is not null then
        raise exception 'there is no release %', asked using errcode = 'no_data_found';
    end if;
    return found;
end $$
-- next
alter table store.releases owner to jamsos_dbt
-- next
alter table store.build_lock owner to jamsos_dbt
-- next
alter view marts.releases owner to jamsos_dbt
-- next
grant select on marts.releases to jamsos_reports, jamsos_analyst
-- next
create function programme.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('jamsos.rotation', true) = 'on'
       and (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(to_jsonb(old)) where key not like '%\_sealed')
         = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(to_jsonb(new)) where key not like '%\_sealed')
    then return new; end if;
    raise exception 'facts in %.% only grow: % is refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'restrict_violation';
end $$
-- next
CREATE TABLE programme.act_counts (
	act TEXT COLLATE "C" NOT NULL, 
	asker BYTEA NOT NULL, 
	count INTEGER NOT NULL, 
	begun_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT act_counts_begun_at_check CHECK (begun_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT act_counts_pkey PRIMARY KEY (act, asker)
)
-- next
CREATE TABLE programme.agencies (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT agencies_kind_check CHECK (kind in ('regency_office', 'village_office', 'province', 'bpjs_branch', 'auditor', 'analyst', 'public')), 
	region_code TEXT COLLATE "C", 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT agencies_created_at_check CHECK (created_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT agencies_pkey PRIMARY KEY (id), 
	CONSTRAINT agencies_code_key UNIQUE (code)
)
-- next
CREATE TABLE programme.contribution_rates (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	programme TEXT COLLATE "C" NOT NULL CONSTRAINT contribution_rates_programme_check CHECK (programme in ('JKK', 'JKM', 'JHT')), 
	payer_class TEXT COLLATE "C" NOT NULL CONSTRAINT contribution_rates_payer_class_check CHECK (payer_class in ('public_budget', 'other')), 
	sector TEXT COLLATE "C", 
	income_from BIGINT NOT NULL, 
	base_amount BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	valid_from DATE NOT NULL CONSTRAINT contribution_rates_valid_from_check CHECK (extract(day from valid_from) = 1 and valid_from between '1900-01-01' and '2199-12-31'), 
	valid_to DATE CONSTRAINT contribution_rates_valid_to_check CHECK (extract(day from valid_to) = 1 and valid_to between '1900-01-01' and '2199-12-31'), 
	regulation TEXT NOT NULL, 
	verified_on DATE CONSTRAINT contribution_rates_verified_on_check CHECK (verified_on between '1900-01-01' and '2199-12-31'), 
	CONSTRAINT contribution_rates_pkey PRIMARY KEY (id)
)
-- next
CREATE TABLE programme.offices (
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT offices_kind_check CHECK (kind in ('regency', 'province', 'ministry')), 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT offices_created_at_check CHECK (created_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT offices_pkey PRIMARY KEY (code)
)
-- next
CREATE TABLE programme.person_sums (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	village_code TEXT COLLATE "C", 
	sex TEXT COLLATE "C" CONSTRAINT person_sums_sex_check CHECK (sex in ('female', 'male')), 
	occupation TEXT COLLATE "C" CONSTRAINT person_sums_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	people BIGINT NOT NULL, 
	CONSTRAINT person_sums_pkey PRIMARY KEY (id)
)
-- next
CREATE INDEX person_sums_village_code_idx ON programme.person_sums (village_code)
-- next
CREATE TABLE programme.provinces (
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT provinces_pkey PRIMARY KEY (code)
)
-- next
CREATE TABLE programme.registry_layouts (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	name TEXT COLLATE "C" NOT NULL, 
	version INTEGER NOT NULL, 
	content TEXT NOT NULL, 
	content_sha256 BYTEA NOT NULL, 
	is_own BOOLEAN NOT NULL, 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT registry_layouts_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT registry_layouts_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_layouts_name_version_key UNIQUE (name, version)
)
-- next
CREATE TABLE programme.trusted_documents (
	id TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	body TEXT NOT NULL, 
	trusted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT trusted_documents_trusted_at_check CHECK (trusted_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT trusted_documents_pkey PRIMARY KEY (id)
)
-- next
CREATE TABLE programme.criteria (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	code TEXT COLLATE "C" NOT NULL, 
	version INTEGER NOT NULL, 
	document JSONB NOT NULL, 
	document_sha256 BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT criteria_created_at_check CHECK (created_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT criteria_pkey PRIMARY KEY (id), 
	CONSTRAINT criteria_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT criteria_office_code_code_version_key UNIQUE (office_code, code, version), 
	CONSTRAINT criteria_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE TABLE programme.enrolment_answer_files (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	file_name TEXT NOT NULL, 
	file_sha256 BYTEA NOT NULL, 
	row_count INTEGER NOT NULL, 
	recorded_count INTEGER NOT NULL, 
	left_aside_count INTEGER NOT NULL, 
	read_by TEXT NOT NULL, 
	read_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT enrolment_answer_files_read_at_check CHECK (read_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT enrolment_answer_files_pkey PRIMARY KEY (id), 
	CONSTRAINT enrolment_answer_files_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT enrolment_answer_files_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE INDEX enrolment_answer_files_file_sha256_idx ON programme.enrolment_answer_files (file_sha256)
-- next
CREATE TABLE programme.funds (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT funds_kind_check CHECK (kind in ('regional_budget', 'tobacco_excise', 'palm_oil', 'province_budget', 'village_budget', 'csr', 'zakat', 'donation')), 
	fiscal_year SMALLINT NOT NULL, 
	regulation TEXT, 
	account_code TEXT COLLATE "C", 
	account_name TEXT, 
	is_via_apbd BOOLEAN NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT funds_created_at_check CHECK (created_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT funds_pkey PRIMARY KEY (id), 
	CONSTRAINT funds_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT funds_office_code_code_key UNIQUE (office_code, code), 
	CONSTRAINT funds_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE TABLE programme.idempotency_keys (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	key TEXT COLLATE "C" NOT NULL, 
	operation_hash BYTEA NOT NULL, 
	answer_sealed BYTEA, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT idempotency_keys_created_at_check CHECK (created_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id), 
	CONSTRAINT idempotency_keys_agency_id_key_key UNIQUE (agency_id, key), 
	CONSTRAINT idempotency_keys_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id)
)
-- next
CREATE TABLE programme.issued_papers (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	serial TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL, 
	subject TEXT COLLATE "C" NOT NULL, 
	year INTEGER NOT NULL, 
	number TEXT COLLATE "C", 
	dated DATE NOT NULL CONSTRAINT issued_papers_dated_check CHECK (dated between '1900-01-01' and '2199-12-31'), 
	parameters JSONB NOT NULL, 
	versions JSONB NOT NULL, 
	warehouse_date DATE CONSTRAINT issued_papers_warehouse_date_check CHECK (warehouse_date between '1900-01-01' and '2199-12-31'), 
	release JSONB, 
	printed_by TEXT NOT NULL, 
	printed_for TEXT, 
	draft_sha256 BYTEA NOT NULL, 
	sha256 BYTEA NOT NULL, 
	byte_count BIGINT NOT NULL, 
	spaces JSONB NOT NULL, 
	content BYTEA, 
	supersedes_id BIGINT, 
	read_at TIMESTAMP WITH TIME ZONE NOT NULL CONSTRAINT issued_papers_read_at_check CHECK (read_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	issued_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT issued_papers_issued_at_check CHECK (issued_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT issued_papers_pkey PRIMARY KEY (id), 
	CONSTRAINT issued_papers_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT issued_papers_office_code_supersedes_id_fkey FOREIGN KEY(office_code, supersedes_id) REFERENCES programme.issued_papers (office_code, id), 
	CONSTRAINT issued_papers_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT issued_papers_serial_key UNIQUE (serial), 
	CONSTRAINT issued_papers_supersedes_id_key UNIQUE (supersedes_id)
)
-- next
CREATE INDEX issued_papers_sha256_idx ON programme.issued_papers (sha256)
-- next
CREATE INDEX issued_papers_subject_idx ON programme.issued_papers (kind, subject, office_code)
-- next
CREATE TABLE programme.officers (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	name TEXT NOT NULL, 
	recorded_by TEXT NOT NULL, 
	recorded_by_id BIGINT, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT officers_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT officers_pkey PRIMARY KEY (id), 
	CONSTRAINT officers_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id), 
	CONSTRAINT officers_recorded_by_id_fkey FOREIGN KEY(recorded_by_id) REFERENCES programme.officers (id)
)
-- next
CREATE INDEX officers_agency_id_idx ON programme.officers (agency_id)
-- next
CREATE UNIQUE INDEX officers_agency_id_name_key ON programme.officers (agency_id, lower(name))
-- next
CREATE TABLE programme.regencies (
	code TEXT COLLATE "C" NOT NULL, 
	province_code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT regencies_pkey PRIMARY KEY (code), 
	CONSTRAINT regencies_province_code_fkey FOREIGN KEY(province_code) REFERENCES programme.provinces (code)
)
-- next
CREATE INDEX regencies_province_code_idx ON programme.regencies (province_code)
-- next
CREATE TABLE programme.registry_loads (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	source TEXT COLLATE "C" NOT NULL CONSTRAINT registry_loads_source_check CHECK (source in ('p3ke', 'dtks', 'dtsen', 'disability', 'province', 'village', 'civil_registry', 'bdt', 'regsosek', 'aid', 'office')), 
	as_of DATE NOT NULL CONSTRAINT registry_loads_as_of_check CHECK (as_of between '1900-01-01' and '2199-12-31'), 
	file_name TEXT NOT NULL, 
	file_sha256 BYTEA NOT NULL, 
	byte_size BIGINT NOT NULL, 
	sheet TEXT, 
	header_line INTEGER NOT NULL, 
	columns JSONB NOT NULL, 
	layout_id BIGINT, 
	reading JSONB DEFAULT '{}' NOT NULL, 
	unread JSONB DEFAULT '[]' NOT NULL, 
	rows_received INTEGER NOT NULL, 
	rows_kept INTEGER NOT NULL, 
	rows_rejected INTEGER NOT NULL, 
	loaded_by TEXT NOT NULL, 
	loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT registry_loads_loaded_at_check CHECK (loaded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT registry_loads_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_loads_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT registry_loads_office_code_file_sha256_key UNIQUE (office_code, file_sha256), 
	CONSTRAINT registry_loads_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT registry_loads_layout_id_fkey FOREIGN KEY(layout_id) REFERENCES programme.registry_layouts (id)
)
-- next
CREATE INDEX registry_loads_layout_id_idx ON programme.registry_loads (layout_id)
-- next
CREATE TABLE programme.api_keys (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	officer_id BIGINT, 
	label TEXT NOT NULL, 
	issued_by TEXT NOT NULL, 
	issued_by_id BIGINT, 
	voucher_ids BIGINT[] DEFAULT '{}' NOT NULL, 
	prefix TEXT COLLATE "C" NOT NULL, 
	secret_hash BYTEA NOT NULL, 
	scopes TEXT[] NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE CONSTRAINT api_keys_expires_at_check CHECK (expires_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	revoked_at TIMESTAMP WITH TIME ZONE CONSTRAINT api_keys_revoked_at_check CHECK (revoked_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	last_used_at TIMESTAMP WITH TIME ZONE CONSTRAINT api_keys_last_used_at_check CHECK (last_used_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT api_keys_created_at_check CHECK (created_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT api_keys_pkey PRIMARY KEY (id), 
	CONSTRAINT api_keys_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id), 
	CONSTRAINT api_keys_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id), 
	CONSTRAINT api_keys_issued_by_id_fkey FOREIGN KEY(issued_by_id) REFERENCES programme.officers (id), 
	CONSTRAINT api_keys_prefix_key UNIQUE (prefix)
)
-- next
CREATE INDEX api_keys_agency_id_idx ON programme.api_keys (agency_id)
-- next
CREATE INDEX api_keys_officer_id_idx ON programme.api_keys (officer_id)
-- next
CREATE TABLE programme.audit_entries (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT audit_entries_at_check CHECK (at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	actor TEXT NOT NULL, 
	agency_id BIGINT, 
	officer_id BIGINT, 
	act TEXT COLLATE "C" NOT NULL, 
	purpose TEXT, 
	subject TEXT COLLATE "C", 
	subject_ids BIGINT[] DEFAULT '{}' NOT NULL, 
	fields TEXT[] DEFAULT '{}' NOT NULL, 
	request_id TEXT COLLATE "C", 
	details JSONB DEFAULT '{}' NOT NULL, 
	office_code TEXT COLLATE "C" DEFAULT nullif(current_setting('jamsos.office', true), ''), 
	CONSTRAINT audit_entries_pkey PRIMARY KEY (id), 
	CONSTRAINT audit_entries_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id), 
	CONSTRAINT audit_entries_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id), 
	CONSTRAINT audit_entries_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE INDEX audit_entries_at_idx ON programme.audit_entries (at)
-- next
CREATE TABLE programme.districts (
	code TEXT COLLATE "C" NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT districts_pkey PRIMARY KEY (code), 
	CONSTRAINT districts_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE INDEX districts_regency_code_idx ON programme.districts (regency_code)
-- next
CREATE TABLE programme.documents (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT documents_kind_check CHECK (kind in ('deposit', 'spp', 'spm', 'sp2d', 'bank_statement', 'insurer_receipt', 'payment_notice')), 
	number TEXT COLLATE "C" NOT NULL, 
	document_date DATE NOT NULL CONSTRAINT documents_document_date_check CHECK (document_date between '1900-01-01' and '2199-12-31'), 
	amount BIGINT, 
	fund_id BIGINT, 
	file_sha256 BYTEA, 
	description TEXT, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT documents_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT documents_pkey PRIMARY KEY (id), 
	CONSTRAINT documents_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT documents_office_code_fund_id_fkey FOREIGN KEY(office_code, fund_id) REFERENCES programme.funds (office_code, id), 
	CONSTRAINT documents_office_code_kind_number_key UNIQUE (office_code, kind, number), 
	CONSTRAINT documents_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE INDEX documents_fund_id_idx ON programme.documents (fund_id)
-- next
CREATE TABLE programme.fund_balances (
	fund_id BIGINT NOT NULL, 
	field TEXT COLLATE "C" NOT NULL, 
	account TEXT COLLATE "C" NOT NULL CONSTRAINT fund_balances_account_check CHECK (account in ('cash', 'received', 'contribution', 'refund', 'carried', 'budget', 'free', 'committed', 'payable')), 
	balance BIGINT NOT NULL, 
	CONSTRAINT fund_balances_pkey PRIMARY KEY (fund_id, field, account), 
	CONSTRAINT fund_balances_cash_check CHECK (account <> 'cash' or balance >= 0), 
	CONSTRAINT fund_balances_promised_check CHECK (account not in ('free', 'committed', 'payable') or balance <= 0), 
	CONSTRAINT fund_balances_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE TABLE programme.fund_days (
	fund_id BIGINT NOT NULL, 
	day DATE NOT NULL CONSTRAINT fund_days_day_check CHECK (day between '1900-01-01' and '2199-12-31'), 
	field TEXT COLLATE "C" NOT NULL, 
	account TEXT COLLATE "C" NOT NULL CONSTRAINT fund_days_account_check CHECK (account in ('cash', 'received', 'contribution', 'refund', 'carried', 'budget', 'free', 'committed', 'payable')), 
	amount BIGINT NOT NULL, 
	CONSTRAINT fund_days_pkey PRIMARY KEY (fund_id, day, field, account), 
	CONSTRAINT fund_days_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE TABLE programme.fund_groups (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	fund_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" NOT NULL CONSTRAINT fund_groups_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	is_allowed BOOLEAN NOT NULL, 
	valid_from DATE NOT NULL CONSTRAINT fund_groups_valid_from_check CHECK (extract(day from valid_from) = 1 and valid_from between '1900-01-01' and '2199-12-31'), 
	regulation TEXT NOT NULL, 
	verified_on DATE CONSTRAINT fund_groups_verified_on_check CHECK (verified_on between '1900-01-01' and '2199-12-31'), 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT fund_groups_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT fund_groups_pkey PRIMARY KEY (id), 
	CONSTRAINT fund_groups_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE INDEX fund_groups_fund_id_group_code_valid_from_idx ON programme.fund_groups (fund_id, group_code, valid_from)
-- next
CREATE TABLE programme.fund_shares (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	fund_id BIGINT NOT NULL, 
	field TEXT COLLATE "C" NOT NULL CONSTRAINT fund_shares_field_check CHECK (field ~ '^[a-z_]+$'), 
	basis_points INTEGER NOT NULL CONSTRAINT fund_shares_basis_points_check CHECK (basis_points between 0 and 10000), 
	pays_contributions BOOLEAN NOT NULL, 
	regulation TEXT NOT NULL, 
	valid_from DATE NOT NULL CONSTRAINT fund_shares_valid_from_check CHECK (valid_from between '1900-01-01' and '2199-12-31'), 
	verified_on DATE CONSTRAINT fund_shares_verified_on_check CHECK (verified_on between '1900-01-01' and '2199-12-31'), 
	CONSTRAINT fund_shares_pkey PRIMARY KEY (id), 
	CONSTRAINT fund_shares_fund_id_field_valid_from_key UNIQUE (fund_id, field, valid_from), 
	CONSTRAINT fund_shares_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE TABLE programme.journal_heads (
	fund_id BIGINT NOT NULL, 
	number BIGINT NOT NULL, 
	hash BYTEA NOT NULL, 
	CONSTRAINT journal_heads_pkey PRIMARY KEY (fund_id), 
	CONSTRAINT journal_heads_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE TABLE programme.minutes (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	number TEXT COLLATE "C" NOT NULL, 
	month DATE NOT NULL CONSTRAINT minutes_month_check CHECK (extract(day from month) = 1 and month between '1900-01-01' and '2199-12-31'), 
	signed_date DATE NOT NULL CONSTRAINT minutes_signed_date_check CHECK (signed_date between '1900-01-01' and '2199-12-31'), 
	office_signatory TEXT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	insurer_signatory TEXT NOT NULL, 
	lines_sha256 BYTEA NOT NULL, 
	file_sha256 BYTEA, 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT minutes_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	replaces_id BIGINT, 
	CONSTRAINT minutes_pkey PRIMARY KEY (id), 
	CONSTRAINT minutes_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT minutes_office_code_replaces_id_fkey FOREIGN KEY(office_code, replaces_id) REFERENCES programme.minutes (office_code, id), 
	CONSTRAINT minutes_office_code_month_replaces_id_key UNIQUE NULLS NOT DISTINCT (office_code, month, replaces_id), 
	CONSTRAINT minutes_office_code_number_key UNIQUE (office_code, number), 
	CONSTRAINT minutes_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT minutes_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id), 
	CONSTRAINT minutes_replaces_id_key UNIQUE (replaces_id)
)
-- next
CREATE TABLE programme.officer_invitations (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	label TEXT NOT NULL, 
	prefix TEXT COLLATE "C" NOT NULL, 
	secret_hash BYTEA NOT NULL, 
	scopes TEXT[] NOT NULL, 
	days INTEGER NOT NULL, 
	issued_by TEXT NOT NULL, 
	issued_by_id BIGINT, 
	voucher_ids BIGINT[] DEFAULT '{}' NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE NOT NULL CONSTRAINT officer_invitations_expires_at_check CHECK (expires_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	accepted_at TIMESTAMP WITH TIME ZONE CONSTRAINT officer_invitations_accepted_at_check CHECK (accepted_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT officer_invitations_created_at_check CHECK (created_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT officer_invitations_pkey PRIMARY KEY (id), 
	CONSTRAINT officer_invitations_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id), 
	CONSTRAINT officer_invitations_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id), 
	CONSTRAINT officer_invitations_prefix_key UNIQUE (prefix), 
	CONSTRAINT officer_invitations_issued_by_id_fkey FOREIGN KEY(issued_by_id) REFERENCES programme.officers (id)
)
-- next
CREATE INDEX officer_invitations_officer_id_idx ON programme.officer_invitations (officer_id)
-- next
CREATE TABLE programme.officer_subjects (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	issuer TEXT COLLATE "C" NOT NULL, 
	subject TEXT COLLATE "C" NOT NULL, 
	issued_by TEXT NOT NULL, 
	issued_by_id BIGINT, 
	voucher_ids BIGINT[] DEFAULT '{}' NOT NULL, 
	revoked_at TIMESTAMP WITH TIME ZONE CONSTRAINT officer_subjects_revoked_at_check CHECK (revoked_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT officer_subjects_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT officer_subjects_pkey PRIMARY KEY (id), 
	CONSTRAINT officer_subjects_issuer_subject_key UNIQUE (issuer, subject), 
	CONSTRAINT officer_subjects_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id), 
	CONSTRAINT officer_subjects_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id), 
	CONSTRAINT officer_subjects_issued_by_id_fkey FOREIGN KEY(issued_by_id) REFERENCES programme.officers (id)
)
-- next
CREATE INDEX officer_subjects_officer_id_idx ON programme.officer_subjects (officer_id)
-- next
CREATE TABLE programme.officer_terms (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	roles TEXT[] NOT NULL, 
	active_from DATE NOT NULL CONSTRAINT officer_terms_active_from_check CHECK (active_from between '1900-01-01' and '2199-12-31'), 
	active_to DATE CONSTRAINT officer_terms_active_to_check CHECK (active_to between '1900-01-01' and '2199-12-31'), 
	recorded_by TEXT NOT NULL, 
	recorded_by_id BIGINT, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT officer_terms_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT officer_terms_pkey PRIMARY KEY (id), 
	CONSTRAINT officer_terms_roles_check CHECK (roles <@ array['staff', 'administrator', 'reader']::text[] and cardinality(roles) > 0), 
	CONSTRAINT officer_terms_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id), 
	CONSTRAINT officer_terms_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id), 
	CONSTRAINT officer_terms_recorded_by_id_fkey FOREIGN KEY(recorded_by_id) REFERENCES programme.officers (id)
)
-- next
CREATE INDEX officer_terms_officer_id_idx ON programme.officer_terms (officer_id)
-- next
CREATE TABLE programme.pledges (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	code TEXT COLLATE "C" NOT NULL, 
	fund_id BIGINT NOT NULL, 
	pledged_date DATE NOT NULL CONSTRAINT pledges_pledged_date_check CHECK (pledged_date between '1900-01-01' and '2199-12-31'), 
	amount BIGINT NOT NULL, 
	donor_name_sealed BYTEA, 
	is_named BOOLEAN NOT NULL, 
	phone_sealed BYTEA, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT pledges_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT pledges_pkey PRIMARY KEY (id), 
	CONSTRAINT pledges_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT pledges_office_code_fund_id_fkey FOREIGN KEY(office_code, fund_id) REFERENCES programme.funds (office_code, id), 
	CONSTRAINT pledges_office_code_code_key UNIQUE (office_code, code), 
	CONSTRAINT pledges_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE INDEX pledges_fund_id_idx ON programme.pledges (fund_id)
-- next
CREATE TABLE programme.registry_arrivals (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	load_id BIGINT NOT NULL, 
	rows_kept INTEGER NOT NULL, 
	CONSTRAINT registry_arrivals_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_arrivals_load_id_fkey FOREIGN KEY(load_id) REFERENCES programme.registry_loads (id) DEFERRABLE INITIALLY DEFERRED
)
-- next
CREATE INDEX registry_arrivals_load_id_idx ON programme.registry_arrivals (load_id)
-- next
CREATE TABLE programme.registry_parts (
	load_id BIGINT NOT NULL, 
	part INTEGER NOT NULL, 
	content_sealed BYTEA NOT NULL, 
	CONSTRAINT registry_parts_pkey PRIMARY KEY (load_id, part), 
	CONSTRAINT registry_parts_load_id_fkey FOREIGN KEY(load_id) REFERENCES programme.registry_loads (id)
)
-- next
CREATE TABLE programme.registry_rejects (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	load_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	reason TEXT COLLATE "C" NOT NULL, 
	field TEXT, 
	village_code TEXT COLLATE "C", 
	CONSTRAINT registry_rejects_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_rejects_load_id_fkey FOREIGN KEY(load_id) REFERENCES programme.registry_loads (id) DEFERRABLE INITIALLY DEFERRED
)
-- next
CREATE INDEX registry_rejects_load_id_line_idx ON programme.registry_rejects (load_id, line)
-- next
CREATE TABLE programme.selection_runs (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	year SMALLINT NOT NULL, 
	criteria_id BIGINT NOT NULL, 
	fund_id BIGINT, 
	ceiling BIGINT NOT NULL, 
	headcount INTEGER, 
	month_from DATE NOT NULL CONSTRAINT selection_runs_month_from_check CHECK (extract(day from month_from) = 1 and month_from between '1900-01-01' and '2199-12-31'), 
	month_to DATE NOT NULL CONSTRAINT selection_runs_month_to_check CHECK (extract(day from month_to) = 1 and month_to between '1900-01-01' and '2199-12-31'), 
	as_of DATE NOT NULL CONSTRAINT selection_runs_as_of_check CHECK (as_of between '1900-01-01' and '2199-12-31'), 
	rate BIGINT NOT NULL, 
	worker_cost BIGINT NOT NULL, 
	fund_kind TEXT COLLATE "C" CONSTRAINT selection_runs_fund_kind_check CHECK (fund_kind in ('regional_budget', 'tobacco_excise', 'palm_oil', 'province_budget', 'village_budget', 'csr', 'zakat', 'donation')), 
	candidates INTEGER NOT NULL, 
	eligible INTEGER NOT NULL, 
	chosen INTEGER NOT NULL, 
	cost BIGINT NOT NULL, 
	inputs_sha256 BYTEA NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	run_by TEXT NOT NULL, 
	run_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT selection_runs_run_at_check CHECK (run_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	fund_groups TEXT COLLATE "C", 
	manifest JSONB, 
	manifest_sha256 BYTEA, 
	CONSTRAINT selection_runs_pkey PRIMARY KEY (id), 
	CONSTRAINT selection_runs_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT selection_runs_office_code_criteria_id_fkey FOREIGN KEY(office_code, criteria_id) REFERENCES programme.criteria (office_code, id), 
	CONSTRAINT selection_runs_office_code_fund_id_fkey FOREIGN KEY(office_code, fund_id) REFERENCES programme.funds (office_code, id), 
	CONSTRAINT selection_runs_manifest_check CHECK ((manifest is null) = (manifest_sha256 is null)), 
	CONSTRAINT selection_runs_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE TABLE programme.bank_lines (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	statement_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	booked_date DATE NOT NULL CONSTRAINT bank_lines_booked_date_check CHECK (booked_date between '1900-01-01' and '2199-12-31'), 
	amount BIGINT NOT NULL, 
	sen SMALLINT DEFAULT '0' NOT NULL, 
	reference TEXT COLLATE "C", 
	line_sha256 BYTEA NOT NULL, 
	description_sealed BYTEA NOT NULL, 
	CONSTRAINT bank_lines_pkey PRIMARY KEY (id), 
	CONSTRAINT bank_lines_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT bank_lines_office_code_statement_id_fkey FOREIGN KEY(office_code, statement_id) REFERENCES programme.documents (office_code, id), 
	CONSTRAINT bank_lines_statement_id_line_key UNIQUE (statement_id, line), 
	CONSTRAINT bank_lines_office_code_line_sha256_key UNIQUE (office_code, line_sha256), 
	CONSTRAINT bank_lines_sen_check CHECK (sen between -99 and 99 and sen::bigint * amount >= 0), 
	CONSTRAINT bank_lines_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE TABLE programme.decrees (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	number TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT decrees_kind_check CHECK (kind in ('determination', 'amendment')), 
	signed_date DATE NOT NULL CONSTRAINT decrees_signed_date_check CHECK (signed_date between '1900-01-01' and '2199-12-31'), 
	year SMALLINT NOT NULL, 
	month_from DATE NOT NULL CONSTRAINT decrees_month_from_check CHECK (extract(day from month_from) = 1 and month_from between '1900-01-01' and '2199-12-31'), 
	month_to DATE NOT NULL CONSTRAINT decrees_month_to_check CHECK (extract(day from month_to) = 1 and month_to between '1900-01-01' and '2199-12-31'), 
	legal_base TEXT NOT NULL, 
	run_id BIGINT, 
	fund_id BIGINT NOT NULL, 
	amends_id BIGINT, 
	rate BIGINT NOT NULL, 
	worker_count INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	issued_by TEXT NOT NULL, 
	officer_id BIGINT, 
	issued_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT decrees_issued_at_check CHECK (issued_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT decrees_pkey PRIMARY KEY (id), 
	CONSTRAINT decrees_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT decrees_office_code_run_id_fkey FOREIGN KEY(office_code, run_id) REFERENCES programme.selection_runs (office_code, id), 
	CONSTRAINT decrees_office_code_fund_id_fkey FOREIGN KEY(office_code, fund_id) REFERENCES programme.funds (office_code, id), 
	CONSTRAINT decrees_office_code_amends_id_fkey FOREIGN KEY(office_code, amends_id) REFERENCES programme.decrees (office_code, id), 
	CONSTRAINT decrees_office_code_number_key UNIQUE (office_code, number), 
	CONSTRAINT decrees_origin_check CHECK (case kind when 'determination' then run_id is not null and amends_id is null else run_id is null and amends_id is not null end), 
	CONSTRAINT decrees_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT decrees_run_id_key UNIQUE (run_id), 
	CONSTRAINT decrees_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE INDEX decrees_amends_id_idx ON programme.decrees (amends_id)
-- next
CREATE INDEX decrees_fund_id_idx ON programme.decrees (fund_id)
-- next
CREATE UNIQUE INDEX decrees_office_code_number_written_idx ON programme.decrees (office_code, upper(replace(number, ' ', '')))
-- next
CREATE TABLE programme.journal_transactions (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	fund_id BIGINT NOT NULL, 
	number BIGINT NOT NULL, 
	day DATE NOT NULL CONSTRAINT journal_transactions_day_check CHECK (day between '1900-01-01' and '2199-12-31'), 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT journal_transactions_kind_check CHECK (kind in ('receive', 'donate', 'commit', 'release', 'bill', 'pay', 'refund', 'carry', 'reverse')), 
	reference TEXT COLLATE "C", 
	document_id BIGINT, 
	reverses_id BIGINT, 
	memo TEXT, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT journal_transactions_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	postings_sha256 BYTEA NOT NULL, 
	previous_hash BYTEA, 
	hash BYTEA NOT NULL, 
	CONSTRAINT journal_transactions_pkey PRIMARY KEY (id), 
	CONSTRAINT journal_transactions_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT journal_transactions_office_code_fund_id_fkey FOREIGN KEY(office_code, fund_id) REFERENCES programme.funds (office_code, id), 
	CONSTRAINT journal_transactions_office_code_document_id_fkey FOREIGN KEY(office_code, document_id) REFERENCES programme.documents (office_code, id), 
	CONSTRAINT journal_transactions_office_code_reverses_id_fkey FOREIGN KEY(office_code, reverses_id) REFERENCES programme.journal_transactions (office_code, id), 
	CONSTRAINT journal_transactions_fund_id_number_key UNIQUE (fund_id, number), 
	CONSTRAINT journal_transactions_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT journal_transactions_reverses_id_key UNIQUE (reverses_id)
)
-- next
CREATE INDEX journal_transactions_document_id_idx ON programme.journal_transactions (document_id)
-- next
CREATE INDEX journal_transactions_reference_idx ON programme.journal_transactions (reference)
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
CREATE TABLE programme.minutes_reopenings (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	minutes_id BIGINT NOT NULL, 
	officer TEXT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	opened_date DATE NOT NULL CONSTRAINT minutes_reopenings_opened_date_check CHECK (opened_date between '1900-01-01' and '2199-12-31'), 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT minutes_reopenings_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT minutes_reopenings_pkey PRIMARY KEY (id), 
	CONSTRAINT minutes_reopenings_minutes_id_key UNIQUE (minutes_id), 
	CONSTRAINT minutes_reopenings_minutes_id_fkey FOREIGN KEY(minutes_id) REFERENCES programme.minutes (id), 
	CONSTRAINT minutes_reopenings_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE TABLE programme.pledge_pages (
	pledge_id BIGINT NOT NULL, 
	address_sha256 BYTEA NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT pledge_pages_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT pledge_pages_pkey PRIMARY KEY (pledge_id), 
	CONSTRAINT pledge_pages_pledge_id_fkey FOREIGN KEY(pledge_id) REFERENCES programme.pledges (id), 
	CONSTRAINT pledge_pages_address_sha256_key UNIQUE (address_sha256)
)
-- next
CREATE TABLE programme.run_approvals (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	run_id BIGINT NOT NULL, 
	step TEXT COLLATE "C" NOT NULL, 
	officer TEXT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	note TEXT, 
	recorded_by TEXT NOT NULL, 
	approved_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT run_approvals_approved_at_check CHECK (approved_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	proof TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT run_approvals_pkey PRIMARY KEY (id), 
	CONSTRAINT run_approvals_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT run_approvals_office_code_run_id_fkey FOREIGN KEY(office_code, run_id) REFERENCES programme.selection_runs (office_code, id), 
	CONSTRAINT run_approvals_run_id_list_sha256_step_key UNIQUE (run_id, list_sha256, step), 
	CONSTRAINT run_approvals_run_id_list_sha256_officer_id_key UNIQUE (run_id, list_sha256, officer_id), 
	CONSTRAINT run_approvals_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT run_approvals_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE INDEX run_approvals_officer_id_idx ON programme.run_approvals (officer_id)
-- next
CREATE TABLE programme.selection_inputs (
	run_id BIGINT NOT NULL, 
	first_person_id BIGINT NOT NULL, 
	last_person_id BIGINT NOT NULL, 
	content BYTEA NOT NULL, 
	office_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT selection_inputs_pkey PRIMARY KEY (run_id, first_person_id), 
	CONSTRAINT selection_inputs_office_code_run_id_fkey FOREIGN KEY(office_code, run_id) REFERENCES programme.selection_runs (office_code, id), 
	CONSTRAINT selection_inputs_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE TABLE programme.villages (
	code TEXT COLLATE "C" NOT NULL, 
	district_code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT villages_kind_check CHECK (kind in ('kelurahan', 'desa', 'desa_adat')), 
	CONSTRAINT villages_pkey PRIMARY KEY (code), 
	CONSTRAINT villages_district_code_fkey FOREIGN KEY(district_code) REFERENCES programme.districts (code)
)
-- next
CREATE INDEX villages_district_code_idx ON programme.villages (district_code)
-- next
CREATE TABLE programme.bills (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	billing_code TEXT COLLATE "C" NOT NULL, 
	decree_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	month_from DATE NOT NULL CONSTRAINT bills_month_from_check CHECK (extract(day from month_from) = 1 and month_from between '1900-01-01' and '2199-12-31'), 
	month_to DATE NOT NULL CONSTRAINT bills_month_to_check CHECK (extract(day from month_to) = 1 and month_to between '1900-01-01' and '2199-12-31'), 
	issued_date DATE NOT NULL CONSTRAINT bills_issued_date_check CHECK (issued_date between '1900-01-01' and '2199-12-31'), 
	worker_count INTEGER NOT NULL, 
	worker_months INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	transaction_id BIGINT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT bills_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT bills_pkey PRIMARY KEY (id), 
	CONSTRAINT bills_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT bills_office_code_decree_id_fkey FOREIGN KEY(office_code, decree_id) REFERENCES programme.decrees (office_code, id), 
	CONSTRAINT bills_office_code_fund_id_fkey FOREIGN KEY(office_code, fund_id) REFERENCES programme.funds (office_code, id), 
	CONSTRAINT bills_office_code_transaction_id_fkey FOREIGN KEY(office_code, transaction_id) REFERENCES programme.journal_transactions (office_code, id), 
	CONSTRAINT bills_office_code_billing_code_key UNIQUE (office_code, billing_code), 
	CONSTRAINT bills_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE INDEX bills_decree_id_idx ON programme.bills (decree_id)
-- next
CREATE INDEX bills_fund_id_idx ON programme.bills (fund_id)
-- next
CREATE TABLE programme.donation_matches (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	bank_line_id BIGINT NOT NULL, 
	pledge_id BIGINT, 
	outcome TEXT COLLATE "C" NOT NULL CONSTRAINT donation_matches_outcome_check CHECK (outcome in ('exact', 'partial', 'over', 'unknown', 'duplicate', 'refunded', 'outgoing', 'settled', 'assigned', 'returning')), 
	amount BIGINT NOT NULL, 
	transaction_id BIGINT, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT donation_matches_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	replaces_id BIGINT, 
	reason_sealed BYTEA, 
	CONSTRAINT donation_matches_pkey PRIMARY KEY (id), 
	CONSTRAINT donation_matches_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT donation_matches_office_code_bank_line_id_fkey FOREIGN KEY(office_code, bank_line_id) REFERENCES programme.bank_lines (office_code, id), 
	CONSTRAINT donation_matches_office_code_pledge_id_fkey FOREIGN KEY(office_code, pledge_id) REFERENCES programme.pledges (office_code, id), 
	CONSTRAINT donation_matches_office_code_transaction_id_fkey FOREIGN KEY(office_code, transaction_id) REFERENCES programme.journal_transactions (office_code, id), 
	CONSTRAINT donation_matches_office_code_replaces_id_fkey FOREIGN KEY(office_code, replaces_id) REFERENCES programme.donation_matches (office_code, id), 
	CONSTRAINT donation_matches_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT donation_matches_replaces_id_key UNIQUE (replaces_id)
)
-- next
CREATE INDEX donation_matches_bank_line_id_idx ON programme.donation_matches (bank_line_id)
-- next
CREATE UNIQUE INDEX donation_matches_bank_line_id_key ON programme.donation_matches (bank_line_id) WHERE replaces_id is null
-- next
CREATE INDEX donation_matches_pledge_id_idx ON programme.donation_matches (pledge_id)
-- next
CREATE TABLE programme.enrolment_batches (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	decree_id BIGINT NOT NULL, 
	worker_count INTEGER NOT NULL, 
	carried_count INTEGER DEFAULT '0' NOT NULL, 
	file_sha256 BYTEA NOT NULL, 
	sent_by TEXT NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT enrolment_batches_sent_at_check CHECK (sent_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT enrolment_batches_pkey PRIMARY KEY (id), 
	CONSTRAINT enrolment_batches_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT enrolment_batches_office_code_decree_id_fkey FOREIGN KEY(office_code, decree_id) REFERENCES programme.decrees (office_code, id), 
	CONSTRAINT enrolment_batches_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE INDEX enrolment_batches_decree_id_idx ON programme.enrolment_batches (decree_id)
-- next
CREATE TABLE programme.payment_notices (
	office_code TEXT COLLATE "C" NOT NULL, 
	bank_line_id BIGINT NOT NULL, 
	reference TEXT COLLATE "C" NOT NULL, 
	status TEXT COLLATE "C" NOT NULL CONSTRAINT payment_notices_status_check CHECK (status in ('paid', 'refunded')), 
	external_id TEXT COLLATE "C" NOT NULL, 
	called_date DATE NOT NULL CONSTRAINT payment_notices_called_date_check CHECK (called_date between '1900-01-01' and '2199-12-31'), 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT payment_notices_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT payment_notices_pkey PRIMARY KEY (bank_line_id), 
	CONSTRAINT payment_notices_office_code_bank_line_id_fkey FOREIGN KEY(office_code, bank_line_id) REFERENCES programme.bank_lines (office_code, id), 
	CONSTRAINT payment_notices_office_code_bank_line_id_key UNIQUE (office_code, bank_line_id), 
	CONSTRAINT payment_notices_office_code_reference_status_key UNIQUE (office_code, reference, status), 
	CONSTRAINT payment_notices_office_code_external_id_called_date_key UNIQUE (office_code, external_id, called_date), 
	CONSTRAINT payment_notices_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code)
)
-- next
CREATE TABLE programme.people (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	nik_sealed BYTEA, 
	kk_sealed BYTEA, 
	phone_sealed BYTEA, 
	bank_account_sealed BYTEA, 
	full_name TEXT NOT NULL, 
	name_key TEXT COLLATE "C", 
	sex TEXT COLLATE "C" CONSTRAINT people_sex_check CHECK (sex in ('female', 'male')), 
	birth_place TEXT, 
	birth_date DATE CONSTRAINT people_birth_date_check CHECK (birth_date between '1900-01-01' and '2199-12-31'), 
	address TEXT, 
	village_code TEXT COLLATE "C", 
	occupation TEXT COLLATE "C" CONSTRAINT people_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	relation TEXT COLLATE "C" CONSTRAINT people_relation_check CHECK (relation in ('head', 'spouse', 'child', 'parent', 'other')), 
	marital_status TEXT COLLATE "C" CONSTRAINT people_marital_status_check CHECK (marital_status in ('single', 'married', 'divorced', 'widowed')), 
	disability TEXT COLLATE "C" CONSTRAINT people_disability_check CHECK (disability in ('physical', 'sensory', 'intellectual', 'mental', 'multiple', 'unspecified')), 
	decile SMALLINT, 
	decile_source TEXT COLLATE "C" CONSTRAINT people_decile_source_check CHECK (decile_source in ('p3ke', 'dtks', 'dtsen', 'disability', 'province', 'village', 'civil_registry', 'bdt', 'regsosek', 'aid', 'office')), 
	decile_as_of DATE CONSTRAINT people_decile_as_of_check CHECK (decile_as_of between '1900-01-01' and '2199-12-31'), 
	is_dukcapil_matched BOOLEAN, 
	other_payer_from DATE CONSTRAINT people_other_payer_from_check CHECK (extract(day from other_payer_from) = 1 and other_payer_from between '1900-01-01' and '2199-12-31'), 
	other_payer_to DATE CONSTRAINT people_other_payer_to_check CHECK (extract(day from other_payer_to) = 1 and other_payer_to between '1900-01-01' and '2199-12-31'), 
	version INTEGER DEFAULT '1' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT people_updated_at_check CHECK (updated_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	merged_into_id BIGINT, 
	CONSTRAINT people_pkey PRIMARY KEY (id), 
	CONSTRAINT people_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code), 
	CONSTRAINT people_merged_into_id_fkey FOREIGN KEY(merged_into_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX people_kk_sealed_idx ON programme.people (kk_sealed)
-- next
CREATE INDEX people_merged_into_id_idx ON programme.people (merged_into_id) WHERE merged_into_id is not null
-- next
CREATE INDEX people_name_key_birth_date_idx ON programme.people (name_key, birth_date)
-- next
CREATE UNIQUE INDEX people_nik_sealed_key ON programme.people (nik_sealed)
-- next
CREATE INDEX people_village_code_id_idx ON programme.people (village_code, id)
-- next
CREATE TABLE programme.postings (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	transaction_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	field TEXT COLLATE "C" DEFAULT 'general' NOT NULL, 
	account TEXT COLLATE "C" NOT NULL CONSTRAINT postings_account_check CHECK (account in ('cash', 'received', 'contribution', 'refund', 'carried', 'budget', 'free', 'committed', 'payable')), 
	amount BIGINT NOT NULL, 
	CONSTRAINT postings_pkey PRIMARY KEY (id), 
	CONSTRAINT postings_amount_check CHECK (amount <> 0), 
	CONSTRAINT postings_transaction_id_field_account_key UNIQUE (transaction_id, field, account), 
	CONSTRAINT postings_transaction_id_fkey FOREIGN KEY(transaction_id) REFERENCES programme.journal_transactions (id), 
	CONSTRAINT postings_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE INDEX postings_fund_id_account_idx ON programme.postings (fund_id, account)
-- next
CREATE TABLE programme.registry_rows (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	load_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	nik_sealed BYTEA, 
	kk_sealed BYTEA, 
	phone_sealed BYTEA, 
	household_sealed BYTEA, 
	full_name TEXT NOT NULL, 
	name_key TEXT COLLATE "C" NOT NULL, 
	sex TEXT COLLATE "C" CONSTRAINT registry_rows_sex_check CHECK (sex in ('female', 'male')), 
	birth_place TEXT, 
	birth_date DATE CONSTRAINT registry_rows_birth_date_check CHECK (birth_date between '1900-01-01' and '2199-12-31'), 
	address TEXT, 
	village_code TEXT COLLATE "C", 
	occupation_text TEXT, 
	occupation TEXT COLLATE "C" CONSTRAINT registry_rows_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	relation TEXT COLLATE "C" CONSTRAINT registry_rows_relation_check CHECK (relation in ('head', 'spouse', 'child', 'parent', 'other')), 
	marital_status TEXT COLLATE "C" CONSTRAINT registry_rows_marital_status_check CHECK (marital_status in ('single', 'married', 'divorced', 'widowed')), 
	disability TEXT COLLATE "C" CONSTRAINT registry_rows_disability_check CHECK (disability in ('physical', 'sensory', 'intellectual', 'mental', 'multiple', 'unspecified')), 
	decile SMALLINT, 
	is_dukcapil_matched BOOLEAN, 
	presence TEXT COLLATE "C" CONSTRAINT registry_rows_presence_check CHECK (presence in ('present', 'moved', 'not_found', 'died')), 
	programme TEXT, 
	paid_from DATE CONSTRAINT registry_rows_paid_from_check CHECK (extract(day from paid_from) = 1 and paid_from between '1900-01-01' and '2199-12-31'), 
	paid_to DATE CONSTRAINT registry_rows_paid_to_check CHECK (extract(day from paid_to) = 1 and paid_to between '1900-01-01' and '2199-12-31'), 
	membership_number TEXT COLLATE "C", 
	warnings TEXT[] DEFAULT '{}' NOT NULL, 
	CONSTRAINT registry_rows_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_rows_load_id_line_key UNIQUE (load_id, line)
)
-- next
CREATE INDEX registry_rows_household_sealed_idx ON programme.registry_rows (household_sealed) WHERE household_sealed is not null
-- next
CREATE INDEX registry_rows_village_code_idx ON programme.registry_rows (village_code)
-- next
CREATE TABLE programme.village_aliases (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	district_name TEXT, 
	village_code TEXT COLLATE "C", 
	regulation TEXT, 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT village_aliases_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT village_aliases_pkey PRIMARY KEY (id), 
	CONSTRAINT village_aliases_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code), 
	CONSTRAINT village_aliases_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code)
)
-- next
CREATE TABLE programme.claims (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	number TEXT COLLATE "C" NOT NULL, 
	person_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT claims_kind_check CHECK (kind in ('death', 'work_injury', 'work_death', 'scholarship')), 
	event_date DATE NOT NULL CONSTRAINT claims_event_date_check CHECK (event_date between '1900-01-01' and '2199-12-31'), 
	paid_date DATE NOT NULL CONSTRAINT claims_paid_date_check CHECK (paid_date between '1900-01-01' and '2199-12-31'), 
	amount BIGINT NOT NULL, 
	valid_month DATE CONSTRAINT claims_valid_month_check CHECK (extract(day from valid_month) = 1 and valid_month between '1900-01-01' and '2199-12-31'), 
	file_sha256 BYTEA NOT NULL, 
	line INTEGER NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT claims_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT claims_pkey PRIMARY KEY (id), 
	CONSTRAINT claims_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT claims_office_code_number_key UNIQUE (office_code, number), 
	CONSTRAINT claims_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT claims_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX claims_person_id_idx ON programme.claims (person_id)
-- next
CREATE TABLE programme.complaints (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	code_sha256 BYTEA NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT complaints_kind_check CHECK (kind in ('not_chosen', 'wrong_facts', 'should_not_receive', 'other')), 
	run_id BIGINT, 
	person_id BIGINT, 
	words_sealed BYTEA NOT NULL, 
	contact_sealed BYTEA, 
	filed_date DATE NOT NULL CONSTRAINT complaints_filed_date_check CHECK (filed_date between '1900-01-01' and '2199-12-31'), 
	due_date DATE NOT NULL CONSTRAINT complaints_due_date_check CHECK (due_date between '1900-01-01' and '2199-12-31'), 
	filed_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT complaints_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	is_own BOOLEAN DEFAULT 'false' NOT NULL, 
	CONSTRAINT complaints_pkey PRIMARY KEY (id), 
	CONSTRAINT complaints_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT complaints_office_code_run_id_fkey FOREIGN KEY(office_code, run_id) REFERENCES programme.selection_runs (office_code, id), 
	CONSTRAINT complaints_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT complaints_code_sha256_key UNIQUE (code_sha256), 
	CONSTRAINT complaints_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX complaints_person_id_idx ON programme.complaints (person_id)
-- next
CREATE TABLE programme.decree_lines (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	decree_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	action TEXT COLLATE "C" NOT NULL CONSTRAINT decree_lines_action_check CHECK (action in ('inclusion', 'termination', 'replacement')), 
	person_id BIGINT NOT NULL, 
	person_version INTEGER NOT NULL, 
	replaces_line_id BIGINT, 
	reason TEXT COLLATE "C" CONSTRAINT decree_lines_reason_check CHECK (reason in ('died', 'moved', 'became_wage_earner', 'became_civil_servant', 'refused', 'too_old', 'duplicate', 'found_ineligible', 'refused_by_insurer', 'other_payer')), 
	month_from DATE NOT NULL CONSTRAINT decree_lines_month_from_check CHECK (extract(day from month_from) = 1 and month_from between '1900-01-01' and '2199-12-31'), 
	month_to DATE NOT NULL CONSTRAINT decree_lines_month_to_check CHECK (extract(day from month_to) = 1 and month_to between '1900-01-01' and '2199-12-31'), 
	group_code TEXT COLLATE "C" CONSTRAINT decree_lines_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT decree_lines_pkey PRIMARY KEY (id), 
	CONSTRAINT decree_lines_decree_id_line_key UNIQUE (decree_id, line), 
	CONSTRAINT decree_lines_replaces_line_id_action_key UNIQUE (replaces_line_id, action), 
	CONSTRAINT decree_lines_decree_id_fkey FOREIGN KEY(decree_id) REFERENCES programme.decrees (id), 
	CONSTRAINT decree_lines_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT decree_lines_replaces_line_id_fkey FOREIGN KEY(replaces_line_id) REFERENCES programme.decree_lines (id)
)
-- next
CREATE INDEX decree_lines_person_id_idx ON programme.decree_lines (person_id)
-- next
CREATE INDEX decree_lines_replaces_line_id_idx ON programme.decree_lines (replaces_line_id)
-- next
CREATE TABLE programme.insurer_receipts (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	bill_id BIGINT NOT NULL, 
	document_id BIGINT NOT NULL, 
	received_date DATE NOT NULL CONSTRAINT insurer_receipts_received_date_check CHECK (received_date between '1900-01-01' and '2199-12-31'), 
	worker_months INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT insurer_receipts_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT insurer_receipts_pkey PRIMARY KEY (id), 
	CONSTRAINT insurer_receipts_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT insurer_receipts_office_code_bill_id_fkey FOREIGN KEY(office_code, bill_id) REFERENCES programme.bills (office_code, id), 
	CONSTRAINT insurer_receipts_office_code_document_id_fkey FOREIGN KEY(office_code, document_id) REFERENCES programme.documents (office_code, id), 
	CONSTRAINT insurer_receipts_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT insurer_receipts_document_id_key UNIQUE (document_id)
)
-- next
CREATE INDEX insurer_receipts_bill_id_idx ON programme.insurer_receipts (bill_id)
-- next
CREATE TABLE programme.life_events (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	person_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT life_events_kind_check CHECK (kind in ('died', 'moved', 'became_wage_earner', 'became_civil_servant', 'refused')), 
	event_date DATE NOT NULL CONSTRAINT life_events_event_date_check CHECK (event_date between '1900-01-01' and '2199-12-31'), 
	evidence TEXT NOT NULL, 
	remark TEXT, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT life_events_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	follows_id BIGINT, 
	CONSTRAINT life_events_pkey PRIMARY KEY (id), 
	CONSTRAINT life_events_person_id_kind_event_date_follows_id_key UNIQUE NULLS NOT DISTINCT (person_id, kind, event_date, follows_id), 
	CONSTRAINT life_events_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT life_events_follows_id_fkey FOREIGN KEY(follows_id) REFERENCES programme.life_events (id)
)
-- next
CREATE INDEX life_events_person_id_idx ON programme.life_events (person_id)
-- next
CREATE TABLE programme.match_likenesses (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	row_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	model TEXT COLLATE "C" NOT NULL, 
	probability NUMERIC(5, 4) NOT NULL, 
	name_likeness TEXT COLLATE "C" NOT NULL CONSTRAINT match_likenesses_name_likeness_check CHECK (name_likeness in ('same', 'alike', 'word', 'placeholder', 'near', 'household', 'village', 'district', 'other', 'unknown')), 
	birth_likeness TEXT COLLATE "C" NOT NULL CONSTRAINT match_likenesses_birth_likeness_check CHECK (birth_likeness in ('same', 'alike', 'word', 'placeholder', 'near', 'household', 'village', 'district', 'other', 'unknown')), 
	sex_likeness TEXT COLLATE "C" NOT NULL CONSTRAINT match_likenesses_sex_likeness_check CHECK (sex_likeness in ('same', 'alike', 'word', 'placeholder', 'near', 'household', 'village', 'district', 'other', 'unknown')), 
	home_likeness TEXT COLLATE "C" NOT NULL CONSTRAINT match_likenesses_home_likeness_check CHECK (home_likeness in ('same', 'alike', 'word', 'placeholder', 'near', 'household', 'village', 'district', 'other', 'unknown')), 
	village_code TEXT COLLATE "C", 
	weighed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT match_likenesses_weighed_at_check CHECK (weighed_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT match_likenesses_pkey PRIMARY KEY (id), 
	CONSTRAINT match_likenesses_row_id_person_id_model_key UNIQUE (row_id, person_id, model), 
	CONSTRAINT match_likenesses_row_id_fkey FOREIGN KEY(row_id) REFERENCES programme.registry_rows (id), 
	CONSTRAINT match_likenesses_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX match_likenesses_person_id_idx ON programme.match_likenesses (person_id)
-- next
CREATE TABLE programme.match_reviews (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT match_reviews_kind_check CHECK (kind in ('other_name', 'second_nik', 'several', 'likely')), 
	row_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C", 
	raised_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT match_reviews_raised_at_check CHECK (raised_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT match_reviews_pkey PRIMARY KEY (id), 
	CONSTRAINT match_reviews_row_id_person_id_kind_key UNIQUE (row_id, person_id, kind), 
	CONSTRAINT match_reviews_row_id_fkey FOREIGN KEY(row_id) REFERENCES programme.registry_rows (id), 
	CONSTRAINT match_reviews_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX match_reviews_person_id_idx ON programme.match_reviews (person_id)
-- next
CREATE TABLE programme.notice_settlements (
	office_code TEXT COLLATE "C" NOT NULL, 
	notice_id BIGINT NOT NULL, 
	bank_line_id BIGINT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT notice_settlements_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT notice_settlements_pkey PRIMARY KEY (notice_id), 
	CONSTRAINT notice_settlements_office_code_notice_id_fkey FOREIGN KEY(office_code, notice_id) REFERENCES programme.payment_notices (office_code, bank_line_id), 
	CONSTRAINT notice_settlements_office_code_bank_line_id_fkey FOREIGN KEY(office_code, bank_line_id) REFERENCES programme.bank_lines (office_code, id), 
	CONSTRAINT notice_settlements_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT notice_settlements_bank_line_id_key UNIQUE (bank_line_id)
)
-- next
CREATE TABLE programme.payments (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	office_code TEXT COLLATE "C" NOT NULL, 
	bill_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	sp2d_id BIGINT NOT NULL, 
	spp_id BIGINT, 
	spm_id BIGINT, 
	paid_date DATE NOT NULL CONSTRAINT payments_paid_date_check CHECK (paid_date between '1900-01-01' and '2199-12-31'), 
	amount BIGINT NOT NULL, 
	transaction_id BIGINT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT payments_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT payments_pkey PRIMARY KEY (id), 
	CONSTRAINT payments_office_code_id_key UNIQUE (office_code, id), 
	CONSTRAINT payments_office_code_bill_id_fkey FOREIGN KEY(office_code, bill_id) REFERENCES programme.bills (office_code, id), 
	CONSTRAINT payments_office_code_fund_id_fkey FOREIGN KEY(office_code, fund_id) REFERENCES programme.funds (office_code, id), 
	CONSTRAINT payments_office_code_sp2d_id_fkey FOREIGN KEY(office_code, sp2d_id) REFERENCES programme.documents (office_code, id), 
	CONSTRAINT payments_office_code_spp_id_fkey FOREIGN KEY(office_code, spp_id) REFERENCES programme.documents (office_code, id), 
	CONSTRAINT payments_office_code_spm_id_fkey FOREIGN KEY(office_code, spm_id) REFERENCES programme.documents (office_code, id), 
	CONSTRAINT payments_office_code_transaction_id_fkey FOREIGN KEY(office_code, transaction_id) REFERENCES programme.journal_transactions (office_code, id), 
	CONSTRAINT payments_office_code_fkey FOREIGN KEY(office_code) REFERENCES programme.offices (code), 
	CONSTRAINT payments_sp2d_id_key UNIQUE (sp2d_id)
)
-- next
CREATE INDEX payments_bill_id_idx ON programme.payments (bill_id)
-- next
CREATE INDEX payments_fund_id_idx ON programme.payments (fund_id)
-- next
CREATE TABLE programme.person_groups (
	id UUID DEFAULT gen_random_uuid() NOT NULL, 
	person_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" NOT NULL CONSTRAINT person_groups_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	village_code TEXT COLLATE "C", 
	since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT person_groups_since_check CHECK (since between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT person_groups_pkey PRIMARY KEY (id), 
	CONSTRAINT person_groups_person_id_group_code_key UNIQUE (person_id, group_code), 
	CONSTRAINT person_groups_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE TABLE programme.person_groups_left (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	person_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" NOT NULL CONSTRAINT person_groups_left_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	village_code TEXT COLLATE "C", 
	since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT person_groups_left_since_check CHECK (since between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	until TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT person_groups_left_until_check CHECK (until between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT person_groups_left_pkey PRIMARY KEY (id), 
	CONSTRAINT person_groups_left_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX person_groups_left_person_id_idx ON programme.person_groups_left (person_id)
-- next
CREATE TABLE programme.person_sources (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	person_id BIGINT NOT NULL, 
	row_id BIGINT NOT NULL, 
	method TEXT COLLATE "C" NOT NULL CONSTRAINT person_sources_method_check CHECK (method in ('nik', 'household', 'probabilistic', 'human')), 
	score NUMERIC(5, 4) NOT NULL, 
	matched_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT person_sources_matched_at_check CHECK (matched_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT person_sources_pkey PRIMARY KEY (id), 
	CONSTRAINT person_sources_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT person_sources_row_id_fkey FOREIGN KEY(row_id) REFERENCES programme.registry_rows (id)
)
-- next
CREATE INDEX person_sources_human_idx ON programme.person_sources (row_id) WHERE method = 'human'
-- next
CREATE INDEX person_sources_person_id_idx ON programme.person_sources (person_id)
-- next
CREATE INDEX person_sources_row_id_idx ON programme.person_sources (row_id)
-- next
CREATE TABLE programme.person_versions (
	person_id BIGINT NOT NULL, 
	nik_sealed BYTEA, 
	kk_sealed BYTEA, 
	phone_sealed BYTEA, 
	bank_account_sealed BYTEA, 
	full_name TEXT NOT NULL, 
	name_key TEXT COLLATE "C", 
	sex TEXT COLLATE "C" CONSTRAINT person_versions_sex_check CHECK (sex in ('female', 'male')), 
	birth_place TEXT, 
	birth_date DATE CONSTRAINT person_versions_birth_date_check CHECK (birth_date between '1900-01-01' and '2199-12-31'), 
	address TEXT, 
	village_code TEXT COLLATE "C", 
	occupation TEXT COLLATE "C" CONSTRAINT person_versions_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	relation TEXT COLLATE "C" CONSTRAINT person_versions_relation_check CHECK (relation in ('head', 'spouse', 'child', 'parent', 'other')), 
	marital_status TEXT COLLATE "C" CONSTRAINT person_versions_marital_status_check CHECK (marital_status in ('single', 'married', 'divorced', 'widowed')), 
	disability TEXT COLLATE "C" CONSTRAINT person_versions_disability_check CHECK (disability in ('physical', 'sensory', 'intellectual', 'mental', 'multiple', 'unspecified')), 
	decile SMALLINT, 
	decile_source TEXT COLLATE "C" CONSTRAINT person_versions_decile_source_check CHECK (decile_source in ('p3ke', 'dtks', 'dtsen', 'disability', 'province', 'village', 'civil_registry', 'bdt', 'regsosek', 'aid', 'office')), 
	decile_as_of DATE CONSTRAINT person_versions_decile_as_of_check CHECK (decile_as_of between '1900-01-01' and '2199-12-31'), 
	is_dukcapil_matched BOOLEAN, 
	other_payer_from DATE CONSTRAINT person_versions_other_payer_from_check CHECK (extract(day from other_payer_from) = 1 and other_payer_from between '1900-01-01' and '2199-12-31'), 
	other_payer_to DATE CONSTRAINT person_versions_other_payer_to_check CHECK (extract(day from other_payer_to) = 1 and other_payer_to between '1900-01-01' and '2199-12-31'), 
	version INTEGER NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT person_versions_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT person_versions_pkey PRIMARY KEY (person_id, version), 
	CONSTRAINT person_versions_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT person_versions_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code)
)
-- next
CREATE TABLE programme.registry_alias_uses (
	load_id BIGINT NOT NULL, 
	alias_id BIGINT NOT NULL, 
	row_count INTEGER NOT NULL, 
	CONSTRAINT registry_alias_uses_pkey PRIMARY KEY (load_id, alias_id), 
	CONSTRAINT registry_alias_uses_load_id_fkey FOREIGN KEY(load_id) REFERENCES programme.registry_loads (id), 
	CONSTRAINT registry_alias_uses_alias_id_fkey FOREIGN KEY(alias_id) REFERENCES programme.village_aliases (id)
)
-- next
CREATE TABLE programme.registry_repairs (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	load_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	repaired_load_id BIGINT NOT NULL, 
	repaired_line INTEGER NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT registry_repairs_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_repairs_load_id_line_fkey FOREIGN KEY(load_id, line) REFERENCES programme.registry_rows (load_id, line), 
	CONSTRAINT registry_repairs_load_id_line_key UNIQUE (load_id, line), 
	CONSTRAINT registry_repairs_repaired_load_id_repaired_line_key UNIQUE (repaired_load_id, repaired_line), 
	CONSTRAINT registry_repairs_repaired_load_id_fkey FOREIGN KEY(repaired_load_id) REFERENCES programme.registry_loads (id), 
	CONSTRAINT registry_repairs_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code)
)
-- next
CREATE TABLE programme.selection_candidates (
	run_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	rank INTEGER, 
	score INTEGER NOT NULL, 
	score_parts JSONB NOT NULL, 
	outcome TEXT COLLATE "C" NOT NULL CONSTRAINT selection_candidates_outcome_check CHECK (outcome in ('chosen', 'not_reached', 'excluded')), 
	reason TEXT COLLATE "C" NOT NULL CONSTRAINT selection_candidates_reason_check CHECK (reason in ('within_budget', 'below_the_cut', 'quota_full', 'died', 'moved', 'not_resident', 'wage_earner', 'civil_servant', 'refused', 'other_payer', 'already_protected', 'refused_by_insurer', 'nik_unusable', 'not_in_dukcapil', 'birth_date_unknown', 'too_young', 'too_old', 'no_work', 'no_group', 'not_for_this_fund', 'decile_unknown', 'decile_too_high')), 
	distance INTEGER, 
	group_code TEXT COLLATE "C" CONSTRAINT selection_candidates_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	decile SMALLINT, 
	village_code TEXT COLLATE "C", 
	CONSTRAINT selection_candidates_pkey PRIMARY KEY (person_id, run_id)
)
-- next
CREATE INDEX selection_candidates_run_id_rank_idx ON programme.selection_candidates (run_id, rank)
-- next
CREATE TABLE programme.worker_month_sums (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	month DATE NOT NULL CONSTRAINT worker_month_sums_month_check CHECK (extract(day from month) = 1 and month between '1900-01-01' and '2199-12-31'), 
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
CREATE TABLE programme.complaint_steps (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	complaint_id BIGINT NOT NULL, 
	step TEXT COLLATE "C" NOT NULL CONSTRAINT complaint_steps_step_check CHECK (step in ('answered', 'decided', 'appealed', 'appeal_decided', 'remedied')), 
	decision TEXT COLLATE "C" CONSTRAINT complaint_steps_decision_check CHECK (decision in ('upheld', 'rejected')), 
	words_sealed BYTEA, 
	officer TEXT, 
	officer_id BIGINT, 
	done_date DATE NOT NULL CONSTRAINT complaint_steps_done_date_check CHECK (done_date between '1900-01-01' and '2199-12-31'), 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT complaint_steps_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	proof TEXT COLLATE "C", 
	CONSTRAINT complaint_steps_pkey PRIMARY KEY (id), 
	CONSTRAINT complaint_steps_whose_check CHECK ((step = 'appealed') = (officer_id is null) and (step in ('decided', 'appeal_decided')) = (decision is not null)), 
	CONSTRAINT complaint_steps_complaint_id_fkey FOREIGN KEY(complaint_id) REFERENCES programme.complaints (id), 
	CONSTRAINT complaint_steps_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE UNIQUE INDEX complaint_steps_complaint_id_officer_id_key ON programme.complaint_steps (complaint_id, officer_id) WHERE step <> 'remedied'
-- next
CREATE UNIQUE INDEX complaint_steps_complaint_id_step_key ON programme.complaint_steps (complaint_id, step) WHERE step <> 'remedied'
-- next
CREATE INDEX complaint_steps_officer_id_idx ON programme.complaint_steps (officer_id)
-- next
CREATE TABLE programme.coverage_differences (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	insurer_receipt_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT coverage_differences_kind_check CHECK (kind in ('not_confirmed', 'unknown_member', 'not_billed', 'wrong_month', 'not_paid', 'short', 'over', 'double', 'not_registered', 'died', 'moved', 'other_payer')), 
	line INTEGER, 
	person_id BIGINT, 
	month DATE CONSTRAINT coverage_differences_month_check CHECK (extract(day from month) = 1 and month between '1900-01-01' and '2199-12-31'), 
	billed_amount BIGINT NOT NULL, 
	received_amount BIGINT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT coverage_differences_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	owner TEXT COLLATE "C" GENERATED ALWAYS AS (case when kind in ('not_billed', 'not_registered', 'died', 'moved', 'other_payer') then 'office' when kind in ('not_paid') then 'treasury' else 'insurer' end) STORED NOT NULL, 
	follows_id BIGINT, 
	CONSTRAINT coverage_differences_pkey PRIMARY KEY (id), 
	CONSTRAINT coverage_differences_insurer_receipt_id_fkey FOREIGN KEY(insurer_receipt_id) REFERENCES programme.insurer_receipts (id), 
	CONSTRAINT coverage_differences_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT coverage_differences_follows_id_fkey FOREIGN KEY(follows_id) REFERENCES programme.coverage_differences (id)
)
-- next
CREATE UNIQUE INDEX coverage_differences_in_vain_key ON programme.coverage_differences (person_id, month, coalesce(follows_id, 0)) WHERE kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null
-- next
CREATE INDEX coverage_differences_insurer_receipt_id_idx ON programme.coverage_differences (insurer_receipt_id)
-- next
CREATE TABLE programme.enrolments (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	batch_id BIGINT NOT NULL, 
	decree_line_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	start_month DATE NOT NULL CONSTRAINT enrolments_start_month_check CHECK (extract(day from start_month) = 1 and start_month between '1900-01-01' and '2199-12-31'), 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT enrolments_pkey PRIMARY KEY (id), 
	CONSTRAINT enrolments_batch_id_decree_line_id_key UNIQUE (batch_id, decree_line_id), 
	CONSTRAINT enrolments_batch_id_fkey FOREIGN KEY(batch_id) REFERENCES programme.enrolment_batches (id), 
	CONSTRAINT enrolments_decree_line_id_fkey FOREIGN KEY(decree_line_id) REFERENCES programme.decree_lines (id), 
	CONSTRAINT enrolments_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX enrolments_batch_id_idx ON programme.enrolments (batch_id)
-- next
CREATE INDEX enrolments_decree_line_id_idx ON programme.enrolments (decree_line_id)
-- next
CREATE INDEX enrolments_person_id_idx ON programme.enrolments (person_id)
-- next
CREATE TABLE programme.life_event_withdrawals (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	event_id BIGINT NOT NULL, 
	officer TEXT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	reason TEXT NOT NULL, 
	recorded_by TEXT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT life_event_withdrawals_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT life_event_withdrawals_pkey PRIMARY KEY (id), 
	CONSTRAINT life_event_withdrawals_event_id_key UNIQUE (event_id), 
	CONSTRAINT life_event_withdrawals_event_id_fkey FOREIGN KEY(event_id) REFERENCES programme.life_events (id), 
	CONSTRAINT life_event_withdrawals_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE TABLE programme.match_decisions (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	review_id BIGINT NOT NULL, 
	verdict TEXT COLLATE "C" NOT NULL CONSTRAINT match_decisions_verdict_check CHECK (verdict in ('same', 'different')), 
	remark TEXT NOT NULL, 
	officer TEXT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	recorded_by TEXT NOT NULL, 
	decided_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT match_decisions_decided_at_check CHECK (decided_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT match_decisions_pkey PRIMARY KEY (id), 
	CONSTRAINT match_decisions_review_id_key UNIQUE (review_id), 
	CONSTRAINT match_decisions_review_id_fkey FOREIGN KEY(review_id) REFERENCES programme.match_reviews (id), 
	CONSTRAINT match_decisions_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE TABLE programme.worker_months (
	person_id BIGINT NOT NULL, 
	month DATE NOT NULL CONSTRAINT worker_months_month_check CHECK (extract(day from month) = 1 and month between '1900-01-01' and '2199-12-31'), 
	bill_id BIGINT NOT NULL, 
	decree_line_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" CONSTRAINT worker_months_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	village_code TEXT COLLATE "C" NOT NULL, 
	jkk_amount BIGINT NOT NULL, 
	jkm_amount BIGINT NOT NULL, 
	amount BIGINT NOT NULL, 
	CONSTRAINT worker_months_pkey PRIMARY KEY (person_id, month), 
	CONSTRAINT worker_months_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT worker_months_bill_id_fkey FOREIGN KEY(bill_id) REFERENCES programme.bills (id), 
	CONSTRAINT worker_months_decree_line_id_fkey FOREIGN KEY(decree_line_id) REFERENCES programme.decree_lines (id), 
	CONSTRAINT worker_months_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE INDEX worker_months_bill_id_idx ON programme.worker_months (bill_id)
-- next
CREATE INDEX worker_months_decree_line_id_idx ON programme.worker_months (decree_line_id)
-- next
CREATE INDEX worker_months_village_code_month_idx ON programme.worker_months (village_code, month)
-- next
CREATE TABLE programme.carried_differences (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	bill_id BIGINT NOT NULL, 
	difference_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT carried_differences_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT carried_differences_pkey PRIMARY KEY (id), 
	CONSTRAINT carried_differences_bill_id_difference_id_key UNIQUE (bill_id, difference_id), 
	CONSTRAINT carried_differences_bill_id_fkey FOREIGN KEY(bill_id) REFERENCES programme.bills (id), 
	CONSTRAINT carried_differences_difference_id_fkey FOREIGN KEY(difference_id) REFERENCES programme.coverage_differences (id)
)
-- next
CREATE INDEX carried_differences_difference_id_idx ON programme.carried_differences (difference_id)
-- next
CREATE TABLE programme.confirmed_months (
	person_id BIGINT NOT NULL, 
	month DATE NOT NULL CONSTRAINT confirmed_months_month_check CHECK (extract(day from month) = 1 and month between '1900-01-01' and '2199-12-31'), 
	insurer_receipt_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT confirmed_months_pkey PRIMARY KEY (person_id, month) INCLUDE (insurer_receipt_id, village_code), 
	CONSTRAINT confirmed_months_person_id_month_fkey FOREIGN KEY(person_id, month) REFERENCES programme.worker_months (person_id, month), 
	CONSTRAINT confirmed_months_insurer_receipt_id_fkey FOREIGN KEY(insurer_receipt_id) REFERENCES programme.insurer_receipts (id)
)
-- next
CREATE INDEX confirmed_months_insurer_receipt_id_idx ON programme.confirmed_months (insurer_receipt_id)
-- next
CREATE TABLE programme.difference_resolutions (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	difference_id BIGINT NOT NULL, 
	resolution TEXT COLLATE "C" NOT NULL CONSTRAINT difference_resolutions_resolution_check CHECK (resolution in ('confirmed_later', 'billed_later', 'withdrawn', 'credited', 'refunded', 'corrected', 'accepted')), 
	remark TEXT, 
	resolved_date DATE NOT NULL CONSTRAINT difference_resolutions_resolved_date_check CHECK (resolved_date between '1900-01-01' and '2199-12-31'), 
	resolved_by TEXT NOT NULL, 
	officer_id BIGINT, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT difference_resolutions_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT difference_resolutions_pkey PRIMARY KEY (id), 
	CONSTRAINT difference_resolutions_whose_check CHECK (officer_id is not null or resolution in ('billed_later', 'confirmed_later', 'withdrawn')), 
	CONSTRAINT difference_resolutions_difference_id_key UNIQUE (difference_id), 
	CONSTRAINT difference_resolutions_difference_id_fkey FOREIGN KEY(difference_id) REFERENCES programme.coverage_differences (id), 
	CONSTRAINT difference_resolutions_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE TABLE programme.enrolment_answers (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	enrolment_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	answer TEXT COLLATE "C" NOT NULL CONSTRAINT enrolment_answers_answer_check CHECK (answer in ('accepted', 'refused', 'already_member')), 
	membership_number TEXT COLLATE "C", 
	start_month DATE CONSTRAINT enrolment_answers_start_month_check CHECK (extract(day from start_month) = 1 and start_month between '1900-01-01' and '2199-12-31'), 
	reason TEXT, 
	file_sha256 BYTEA NOT NULL, 
	line INTEGER NOT NULL, 
	carried_from_id BIGINT, 
	village_code TEXT COLLATE "C" NOT NULL, 
	answered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT enrolment_answers_answered_at_check CHECK (answered_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT enrolment_answers_pkey PRIMARY KEY (id), 
	CONSTRAINT enrolment_answers_enrolment_id_key UNIQUE (enrolment_id), 
	CONSTRAINT enrolment_answers_enrolment_id_fkey FOREIGN KEY(enrolment_id) REFERENCES programme.enrolments (id), 
	CONSTRAINT enrolment_answers_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT enrolment_answers_carried_from_id_fkey FOREIGN KEY(carried_from_id) REFERENCES programme.enrolment_answers (id)
)
-- next
CREATE INDEX enrolment_answers_membership_number_idx ON programme.enrolment_answers (membership_number)
-- next
CREATE INDEX enrolment_answers_person_id_idx ON programme.enrolment_answers (person_id)
-- next
CREATE TABLE programme.identity_events (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT identity_events_kind_check CHECK (kind in ('merged', 'parted', 'moved')), 
	from_person_id BIGINT NOT NULL, 
	to_person_id BIGINT NOT NULL, 
	decision_id BIGINT, 
	rows_moved INTEGER NOT NULL, 
	remark TEXT NOT NULL, 
	officer TEXT NOT NULL, 
	officer_id BIGINT NOT NULL, 
	recorded_by TEXT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL CONSTRAINT identity_events_recorded_at_check CHECK (recorded_at between '1900-01-01 00:00Z' and '2199-12-31 23:59:59.999999Z'), 
	CONSTRAINT identity_events_pkey PRIMARY KEY (id), 
	CONSTRAINT identity_events_from_person_id_fkey FOREIGN KEY(from_person_id) REFERENCES programme.people (id), 
	CONSTRAINT identity_events_to_person_id_fkey FOREIGN KEY(to_person_id) REFERENCES programme.people (id) DEFERRABLE INITIALLY DEFERRED, 
	CONSTRAINT identity_events_decision_id_key UNIQUE (decision_id), 
	CONSTRAINT identity_events_decision_id_fkey FOREIGN KEY(decision_id) REFERENCES programme.match_decisions (id), 
	CONSTRAINT identity_events_officer_id_fkey FOREIGN KEY(officer_id) REFERENCES programme.officers (id)
)
-- next
CREATE INDEX identity_events_from_person_id_idx ON programme.identity_events (from_person_id)
-- next
CREATE INDEX identity_events_to_person_id_idx ON programme.identity_events (to_person_id)
-- next
CREATE TABLE programme.minute_differences (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	minutes_id BIGINT NOT NULL, 
	difference_id BIGINT NOT NULL, 
	agreed TEXT COLLATE "C" CONSTRAINT minute_differences_agreed_check CHECK (agreed in ('confirmed_later', 'billed_later', 'withdrawn', 'credited', 'refunded', 'corrected', 'accepted')), 
	village_code TEXT COLLATE "C", 
	CONSTRAINT minute_differences_pkey PRIMARY KEY (id), 
	CONSTRAINT minute_differences_minutes_id_difference_id_key UNIQUE (minutes_id, difference_id), 
	CONSTRAINT minute_differences_minutes_id_fkey FOREIGN KEY(minutes_id) REFERENCES programme.minutes (id), 
	CONSTRAINT minute_differences_difference_id_fkey FOREIGN KEY(difference_id) REFERENCES programme.coverage_differences (id)
)
-- next
CREATE INDEX minute_differences_difference_id_idx ON programme.minute_differences (difference_id)
-- next
CREATE TABLE programme.paid_months (
	person_id BIGINT NOT NULL, 
	month DATE NOT NULL CONSTRAINT paid_months_month_check CHECK (extract(day from month) = 1 and month between '1900-01-01' and '2199-12-31'), 
	payment_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT paid_months_pkey PRIMARY KEY (person_id, month) INCLUDE (payment_id, village_code), 
	CONSTRAINT paid_months_person_id_month_fkey FOREIGN KEY(person_id, month) REFERENCES programme.worker_months (person_id, month), 
	CONSTRAINT paid_months_payment_id_fkey FOREIGN KEY(payment_id) REFERENCES programme.payments (id)
)
-- next
CREATE INDEX paid_months_payment_id_idx ON programme.paid_months (payment_id)
-- next
CREATE TABLE programme.ended_sources (
	source_id BIGINT NOT NULL, 
	event_id BIGINT NOT NULL, 
	CONSTRAINT ended_sources_pkey PRIMARY KEY (source_id), 
	CONSTRAINT ended_sources_source_id_fkey FOREIGN KEY(source_id) REFERENCES programme.person_sources (id), 
	CONSTRAINT ended_sources_event_id_fkey FOREIGN KEY(event_id) REFERENCES programme.identity_events (id)
)
-- next
CREATE INDEX ended_sources_event_id_idx ON programme.ended_sources (event_id)
-- next
create view programme.legal_terms with (security_invoker = true) as
select term, value, valid_from from (values ('registration_age_limit', 65, date '2020-01-01'), ('complaint_days', 60, date '2020-01-01'), ('lapse_months', 3, date '2020-01-01'), ('full_death_benefit_months', 3, date '2025-01-01'), ('scholarship_months', 36, date '2020-01-01')) as terms (term, value, valid_from)
-- next
create view programme.person_rows with (security_invoker = true) as
select s.id, s.person_id, s.row_id, s.method, s.score
  from programme.person_sources s
 where not exists (select from programme.ended_sources e where e.source_id = s.id)
-- next
create view programme.standing_life_events with (security_invoker = true) as
select e.id, e.person_id, e.kind, e.event_date, e.evidence, e.remark, e.village_code, e.recorded_at
  from programme.life_events e
 where not exists (select from programme.life_event_withdrawals w where w.event_id = e.id)
-- next
create view programme.unneeded_months with (security_invoker = true) as
select person_id, case kind when 'died' then 'died' when 'moved' then 'moved' else 'other_payer' end as kind,
       (date_trunc('month', min(event_date)) + interval '1 month')::date as month_from, 'infinity'::date as month_to
  from programme.standing_life_events where kind <> 'refused' group by 1, 2
union all
select id, 'other_payer', other_payer_from, coalesce(other_payer_to, 'infinity')
  from programme.people where other_payer_from is not null
union all
select p.id, 'double', c.month, c.month
  from programme.people p
  join programme.confirmed_months c on c.person_id = p.id
 where p.merged_into_id is not null
   and exists (select from programme.confirmed_months o where o.month = c.month and o.person_id in (
        select q.id from programme.people q
         where q.id = p.merged_into_id or q.merged_into_id = p.merged_into_id and q.id < p.id))
-- next
create view programme.worker_spells with (security_invoker = true) as
with terms as (
    select value, valid_from, lead(valid_from, 1, 'infinity') over (order by valid_from) as valid_to
      from programme.legal_terms where term = 'lapse_months'
), paid as (
    select distinct on (coalesce(p.merged_into_id, p.id), m.month)
           coalesce(p.merged_into_id, p.id) as person_id, m.month, w.decree_line_id, w.fund_id, w.village_code, w.group_code, w.amount,
           y.paid_date, y.recorded_at, c.person_id is not null as is_confirmed,
           cast(extract(year from m.month) * 12 + extract(month from m.month) as int) as number
      from programme.paid_months m
      join programme.worker_months w on w.person_id = m.person_id and w.month = m.month
      join programme.payments y on y.id = m.payment_id
      join programme.people p on p.id = m.person_id
      left join programme.confirmed_months c on c.person_id = m.person_id and c.month = m.month
     where true
     order by coalesce(p.merged_into_id, p.id), m.month, m.person_id
), numbered as (
    select paid.*, number - row_number() over (partition by person_id order by month) as run,
           number - row_number() over (partition by person_id, decree_line_id order by month) as stretch
      from paid
), stretches as (
    select person_id, run, decree_line_id, min(fund_id) as fund_id, min(village_code) as village_code, min(group_code) as group_code,
           min(month) as month_from, max(month) as month_to, count(*) as months, cast(sum(amount) as bigint) as amount,
           count(*) filter (where is_confirmed) as confirmed_months, min(paid_date) as first_paid_date, max(paid_date) as last_paid_date,
           max(recorded_at) as known_at
      from numbered group by person_id, run, decree_line_id, stretch
), placed as (
    select s.*, min(month_from) over (partition by person_id, run) as run_from,
           lead(month_from) over (partition by person_id order by month_from) as next_from
      from stretches s
), ended as (
    select person_id, min(event_date) filter (where kind = 'died') as died_date,
           min(event_date) filter (where kind <> 'died') as left_date,
           (array_agg(kind order by event_date, id) filter (where kind <> 'died'))[1] as left_kind
      from programme.life_events e
     where not exists (select from programme.life_event_withdrawals x where x.event_id = e.id)
     group by person_id
), dated as (
    select s.*, d.died_date, d.left_kind, e.reason,
           cast(s.month_to + interval '1 month' as date) - 1 as paid_to,
           cast(s.month_to + cast(coalesce(t.value, 0) + 1 || ' months' as interval) as date) - 1 as grace_to,
           cast(e.month_to + interval '1 month' as date) - 1 as line_to,
           cast(date_trunc('month', d.left_date) + interval '1 month' as date) - 1 as left_to,
           case when coalesce(p.other_payer_to, 'infinity') > s.month_to then p.other_payer_from - 1 end as other_to
      from placed s
      join programme.people p on p.id = s.person_id
      left join ended d on d.person_id = s.person_id
      left join programme.decree_lines e on e.replaces_line_id = s.decree_line_id and e.action = 'termination'
      left join terms t on s.month_to + interval '1 month' >= t.valid_from and s.month_to + interval '1 month' < t.valid_to
)
select person_id, decree_line_id, fund_id, village_code, left(village_code, 5) as regency_code, group_code,
       run_from, month_from, month_to, months, confirmed_months, amount, first_paid_date, last_paid_date, known_at,
       month_from as protected_from,
       least(died_date, next_from - 1, greatest(paid_to, least(grace_to, line_to, left_to, other_to))) as protected_to,
       case when died_date < least(next_from - 1, greatest(paid_to, least(grace_to, line_to, left_to, other_to))) + 1 then 'died'
            when next_from = paid_to + 1 then 'continued'
            when next_from <= least(grace_to, line_to, left_to, other_to) then 'gap'
            when line_to <= least(grace_to, left_to, other_to) then coalesce(reason, 'other_payer')
            when left_to <= least(grace_to, other_to) then left_kind
            when other_to <= grace_to then 'other_payer'
            else 'lapsed' end as end_reason
  from dated
-- next
create view programme.registry_defects with (security_invoker = true) as
select d.load_id, d.village_code, d.defect,
       case when d.is_aside then 'quarantined' when d.defect in ('row_short', 'cell_spanned', 'nul_removed', 'nik_was_number', 'nik_cleaned', 'nik_kk_swapped', 'kk_cleaned', 'phone_cleaned', 'name_cleaned', 'name_titled', 'name_address_swapped', 'birth_serial', 'birth_cleaned', 'decile_cleaned', 'membership_cleaned', 'paid_cleaned', 'number_in_text', 'village_by_name', 'village_by_likeness', 'village_by_alias', 'village_code_cleaned') then 'cleaned'
            else 'warned' end as treatment,
       count(*)::int as row_count, (array_agg(d.line order by d.line))[1:5] as sample_lines
from (select r.load_id, coalesce(r.village_code, '') as village_code, w.defect collate "C" as defect, r.line,
             false as is_aside
        from programme.registry_rows r cross join lateral unnest(r.warnings) w (defect)
      union all
      select load_id, coalesce(village_code, ''), reason, line, true from programme.registry_rejects) d
group by d.load_id, d.village_code, d.defect, d.is_aside
-- next
create view programme.complaint_cases with (security_invoker = true) as select c.id, c.id as number, c.kind, c.office_code, c.run_id, c.person_id, c.filed_date, d.due_date,
       coalesce(s.step, 'filed') as state, s.decision,
       case when s.step in ('decided', 'appeal_decided')
            then case when s.decided_date > c.due_date or s.appeal_decided_date > d.due_date then 'missed' else 'kept' end
            when (now() at time zone 'Asia/Makassar')::date <= d.due_date then 'running' else 'overdue' end as deadline,
       c.recorded_at, s.upheld_date, case when s.upheld_id is not null then coalesce(r.remedy, 'due') end as remedy,
       r.day as remedied_date
from programme.complaints c
left join lateral (
    select (array_agg(step order by id desc) filter (where step <> 'remedied'))[1] as step,
           (array_agg(decision order by id desc) filter (where step <> 'remedied'))[1] as decision,
           max(done_date) filter (where step = 'decided') as decided_date,
           max(done_date) filter (where step = 'appealed') as appealed_date,
           max(done_date) filter (where step = 'appeal_decided') as appeal_decided_date,
           case when (array_agg(decision order by id desc) filter (where decision is not null))[1] = 'upheld'
                then max(id) filter (where decision is not null) end as upheld_id,
           (array_agg(recorded_at order by id desc) filter (where decision is not null))[1] as upheld_at,
           case when (array_agg(decision order by id desc) filter (where decision is not null))[1] = 'upheld'
                then (array_agg(done_date order by id desc) filter (where decision is not null))[1] end as upheld_date
    from programme.complaint_steps where complaint_id = c.id) s on true
-- an appeal has its own deadline, as long as that of the complaint
cross join lateral (select coalesce(s.appealed_date + (c.due_date - c.filed_date), c.due_date) as due_date) d
left join lateral (
    select remedy, day from (
        select 'decreed' as remedy, d.signed_date as day, d.issued_at as at
          from programme.decree_lines l join programme.decrees d on d.id = l.decree_id
         where (l.person_id = c.person_id or l.person_id = (select merged_into_id from programme.people where id = c.person_id))
           and (l.action = 'termination') = (c.kind = 'should_not_receive') and d.issued_at >= s.upheld_at
        union all
        select 'corrected', (w.recorded_at at time zone 'Asia/Makassar')::date, w.recorded_at
          from programme.life_event_withdrawals w join programme.life_events e on e.id = w.event_id
         where e.person_id = c.person_id and c.kind = 'wrong_facts' and w.recorded_at >= s.upheld_at
        union all
        select 'recorded', x.done_date, x.recorded_at
          from programme.complaint_steps x
         where x.complaint_id = c.id and x.step = 'remedied' and x.id > s.upheld_id) r
     where at <= now() order by at, remedy limit 1) r on s.upheld_id is not null
-- next

            create view programme.complaint_acts with (security_invoker = true) as
            select s.id, s.complaint_id, s.step, s.decision, s.done_date, c.office_code, s.recorded_at
            from programme.complaint_steps s join programme.complaints c on c.id = s.complaint_id
        
-- next
create view programme.coverage_months with (security_invoker = true) as
select w.person_id, w.month, w.bill_id, w.decree_line_id, w.fund_id, w.group_code, w.village_code,
       w.jkk_amount, w.jkm_amount, w.amount,
       case when c.person_id is not null then 'confirmed' when p.person_id is not null then 'paid' else 'billed' end
           as state,
       p.payment_id, c.insurer_receipt_id
from programme.worker_months w
left join programme.paid_months p using (person_id, month)
left join programme.confirmed_months c using (person_id, month)
-- next
create function programme.vain_months_known()
returns table (person_id bigint, month date, kind text, bill_id bigint, fund_id bigint, village_code text, amount bigint, state text,
               difference_id bigint, resolution text, resolved_date date, is_open boolean, due_date date)
language plpgsql stable security definer set search_path = programme, pg_temp as $$
#variable_conflict use_column
begin
    return query
select distinct on (m.person_id, m.month) m.person_id, m.month, u.kind, w.bill_id, w.fund_id, w.village_code, w.amount,
       case when c.person_id is not null then 'confirmed' else 'paid' end as state,
       d.id as difference_id, s.resolution, s.resolved_date, s.resolution is null as is_open,
       (date_trunc('year', greatest(y.paid_date, cast(e.recorded_at at time zone 'Asia/Makassar' as date))) + interval '1 year')::date - 1
           as due_date
  from programme.unneeded_months u
  join programme.paid_months m on m.person_id = u.person_id and m.month between u.month_from and u.month_to
  join programme.worker_months w on w.person_id = m.person_id and w.month = m.month
  join programme.payments y on y.id = m.payment_id
  left join programme.confirmed_months c on c.person_id = m.person_id and c.month = m.month
  left join (select person_id, max(recorded_at) as recorded_at from programme.life_events group by person_id) e
    on e.person_id = m.person_id
  left join (select distinct on (person_id, month) id, person_id, month from programme.coverage_differences
              where kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null order by person_id, month, id desc) d on d.person_id = m.person_id and d.month = m.month
  left join programme.difference_resolutions s on s.difference_id = d.id
 where current_setting('role') = 'jamsos_dbt' or session_user = 'jamsos_dbt' or programme.is_in_sight(w.village_code, w.village_code)
 order by m.person_id, m.month, u.kind;
end $$
-- next
revoke execute on function programme.vain_months_known from public
-- next
grant execute on function programme.vain_months_known to jamsos_api, jamsos_dbt
-- next
create view programme.vain_months as select * from programme.vain_months_known()
-- next
grant select, insert, update on programme.act_counts to jamsos_api
-- next
grant select on programme.act_counts to jamsos_dbt
-- next
alter table programme.agencies enable row level security
-- next
create policy api on programme.agencies to jamsos_api using (region_code >= current_setting('jamsos.sight_from', true) and region_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), region_code)) with check (region_code >= current_setting('jamsos.sight_from', true) and region_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.agencies for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.agencies to jamsos_api
-- next
grant select on programme.agencies to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.contribution_rates for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.contribution_rates for each statement execute function programme.refuse_change()
-- next
alter table programme.contribution_rates enable row level security
-- next
create policy api on programme.contribution_rates to jamsos_api using (true) with check (current_setting('jamsos.sight_from', true) = '0')
-- next
create policy dbt on programme.contribution_rates for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.contribution_rates to jamsos_api
-- next
grant select on programme.contribution_rates to jamsos_dbt
-- next
grant select, insert, update on programme.legal_terms to jamsos_api
-- next
grant select on programme.legal_terms to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.offices for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.offices for each statement execute function programme.refuse_change()
-- next
alter table programme.offices enable row level security
-- next
create policy api on programme.offices to jamsos_api using (true) with check (current_setting('jamsos.sight_from', true) = '0')
-- next
create policy dbt on programme.offices for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.offices to jamsos_api
-- next
grant select on programme.offices to jamsos_dbt
-- next
grant select, insert, update on programme.person_rows to jamsos_api
-- next
grant select on programme.person_rows to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.person_sums for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.person_sums for each statement execute function programme.refuse_change()
-- next
alter table programme.person_sums enable row level security
-- next
create policy api on programme.person_sums to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.person_sums for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.person_sums to jamsos_api
-- next
grant select on programme.person_sums to jamsos_dbt
-- next
alter table programme.provinces enable row level security
-- next
create policy api on programme.provinces to jamsos_api using (true) with check (current_setting('jamsos.sight_from', true) = '0')
-- next
create policy dbt on programme.provinces for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.provinces to jamsos_api
-- next
grant select on programme.provinces to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_layouts for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_layouts for each statement execute function programme.refuse_change()
-- next
grant select, insert on programme.registry_layouts to jamsos_api
-- next
grant select on programme.registry_layouts to jamsos_dbt
-- next
grant select, insert, update on programme.standing_life_events to jamsos_api
-- next
grant select on programme.standing_life_events to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.trusted_documents for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.trusted_documents for each statement execute function programme.refuse_change()
-- next
grant select, insert on programme.trusted_documents to jamsos_api
-- next
grant select on programme.trusted_documents to jamsos_dbt
-- next
grant select, insert, update on programme.unneeded_months to jamsos_api
-- next
grant select on programme.unneeded_months to jamsos_dbt
-- next
grant select, insert, update on programme.worker_spells to jamsos_api
-- next
grant select on programme.worker_spells to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.criteria for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.criteria for each statement execute function programme.refuse_change()
-- next
grant select, insert on programme.criteria to jamsos_api
-- next
grant select on programme.criteria to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.enrolment_answer_files for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.enrolment_answer_files for each statement execute function programme.refuse_change()
-- next
alter table programme.enrolment_answer_files enable row level security
-- next
create policy api on programme.enrolment_answer_files to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true)) with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.enrolment_answer_files for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.enrolment_answer_files to jamsos_api
-- next
grant select on programme.enrolment_answer_files to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.funds for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.funds for each statement execute function programme.refuse_change()
-- next
alter table programme.funds enable row level security
-- next
create policy api on programme.funds to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.funds for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.funds to jamsos_api
-- next
grant select on programme.funds to jamsos_dbt
-- next
grant select, insert, update on programme.idempotency_keys to jamsos_api
-- next
grant select on programme.idempotency_keys to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.issued_papers for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.issued_papers for each statement execute function programme.refuse_change()
-- next
alter table programme.issued_papers enable row level security
-- next
create policy api on programme.issued_papers to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true)) with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.issued_papers for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.issued_papers to jamsos_api
-- next
grant select on programme.issued_papers to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.officers for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.officers for each statement execute function programme.refuse_change()
-- next
alter table programme.officers enable row level security
-- next
create policy api on programme.officers to jamsos_api using (exists (select from programme.agencies p where p.id = officers.agency_id)) with check (exists (select from programme.agencies p where p.id = officers.agency_id and (p.region_code >= current_setting('jamsos.sight_from', true) and p.region_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.officers for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.officers to jamsos_api
-- next
grant select on programme.officers to jamsos_dbt
-- next
alter table programme.regencies enable row level security
-- next
create policy api on programme.regencies to jamsos_api using (true) with check (current_setting('jamsos.sight_from', true) = '0')
-- next
create policy dbt on programme.regencies for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.regencies to jamsos_api
-- next
grant select on programme.regencies to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_loads for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_loads for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_loads enable row level security
-- next
create policy api on programme.registry_loads to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true)) with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.registry_loads for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_loads to jamsos_api
-- next
grant select on programme.registry_loads to jamsos_dbt
-- next
create view programme.registry_loads_times as select id, loaded_at as recorded_at from programme.registry_loads
-- next
grant select on programme.registry_loads_times to jamsos_api
-- next
grant select, insert, update on programme.api_keys to jamsos_api
-- next
grant select on programme.api_keys to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.audit_entries for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.audit_entries for each statement execute function programme.refuse_change()
-- next
alter table programme.audit_entries enable row level security
-- next
create policy api on programme.audit_entries to jamsos_api using (exists (select from programme.agencies a where a.id = audit_entries.agency_id
    and a.region_code >= current_setting('jamsos.sight_from', true) and a.region_code < current_setting('jamsos.sight_to', true))
    or audit_entries.agency_id is null and (current_setting('jamsos.sight_from', true) = '0'
        or audit_entries.office_code >= current_setting('jamsos.sight_from', true)
        and audit_entries.office_code < current_setting('jamsos.sight_to', true))) with check (true)
-- next
create policy dbt on programme.audit_entries for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.audit_entries to jamsos_api
-- next
grant select on programme.audit_entries to jamsos_dbt
-- next
alter table programme.districts enable row level security
-- next
create policy api on programme.districts to jamsos_api using (true) with check (current_setting('jamsos.sight_from', true) = '0')
-- next
create policy dbt on programme.districts for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.districts to jamsos_api
-- next
grant select on programme.districts to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.documents for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.documents for each statement execute function programme.refuse_change()
-- next
alter table programme.documents enable row level security
-- next
create policy api on programme.documents to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.documents for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.documents to jamsos_api
-- next
grant select on programme.documents to jamsos_dbt
-- next
alter table programme.fund_balances enable row level security
-- next
create policy api on programme.fund_balances to jamsos_api using (exists (select from programme.funds p where p.id = fund_balances.fund_id)) with check (exists (select from programme.funds p where p.id = fund_balances.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_balances for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.fund_balances to jamsos_api
-- next
grant select on programme.fund_balances to jamsos_dbt
-- next
alter table programme.fund_days enable row level security
-- next
create policy api on programme.fund_days to jamsos_api using (exists (select from programme.funds p where p.id = fund_days.fund_id)) with check (exists (select from programme.funds p where p.id = fund_days.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_days for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.fund_days to jamsos_api
-- next
grant select on programme.fund_days to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.fund_groups for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.fund_groups for each statement execute function programme.refuse_change()
-- next
alter table programme.fund_groups enable row level security
-- next
create policy api on programme.fund_groups to jamsos_api using (exists (select from programme.funds p where p.id = fund_groups.fund_id)) with check (exists (select from programme.funds p where p.id = fund_groups.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_groups for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.fund_groups to jamsos_api
-- next
grant select on programme.fund_groups to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.fund_shares for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.fund_shares for each statement execute function programme.refuse_change()
-- next
alter table programme.fund_shares enable row level security
-- next
create policy api on programme.fund_shares to jamsos_api using (exists (select from programme.funds p where p.id = fund_shares.fund_id)) with check (exists (select from programme.funds p where p.id = fund_shares.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_shares for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.fund_shares to jamsos_api
-- next
grant select on programme.fund_shares to jamsos_dbt
-- next
alter table programme.journal_heads enable row level security
-- next
create policy api on programme.journal_heads to jamsos_api using (exists (select from programme.funds p where p.id = journal_heads.fund_id)) with check (exists (select from programme.funds p where p.id = journal_heads.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.journal_heads for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.journal_heads to jamsos_api
-- next
grant select on programme.journal_heads to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.minutes for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minutes for each statement execute function programme.refuse_change()
-- next
alter table programme.minutes enable row level security
-- next
create policy api on programme.minutes to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.minutes for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.minutes to jamsos_api
-- next
grant select on programme.minutes to jamsos_dbt
-- next
alter table programme.officer_invitations enable row level security
-- next
create policy api on programme.officer_invitations to jamsos_api using (exists (select from programme.agencies p where p.id = officer_invitations.agency_id)) with check (exists (select from programme.agencies p where p.id = officer_invitations.agency_id and (p.region_code >= current_setting('jamsos.sight_from', true) and p.region_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.officer_invitations for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.officer_invitations to jamsos_api
-- next
grant select on programme.officer_invitations to jamsos_dbt
-- next
alter table programme.officer_subjects enable row level security
-- next
create policy api on programme.officer_subjects to jamsos_api using (exists (select from programme.agencies p where p.id = officer_subjects.agency_id)) with check (exists (select from programme.agencies p where p.id = officer_subjects.agency_id and (p.region_code >= current_setting('jamsos.sight_from', true) and p.region_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.officer_subjects for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.officer_subjects to jamsos_api
-- next
grant select on programme.officer_subjects to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.officer_terms for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.officer_terms for each statement execute function programme.refuse_change()
-- next
alter table programme.officer_terms enable row level security
-- next
create policy api on programme.officer_terms to jamsos_api using (exists (select from programme.agencies p where p.id = officer_terms.agency_id)) with check (exists (select from programme.agencies p where p.id = officer_terms.agency_id and (p.region_code >= current_setting('jamsos.sight_from', true) and p.region_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.officer_terms for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.officer_terms to jamsos_api
-- next
grant select on programme.officer_terms to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.pledges for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.pledges for each statement execute function programme.refuse_change()
-- next
alter table programme.pledges enable row level security
-- next
create policy api on programme.pledges to jamsos_api using (exists (select from programme.funds p where p.id = pledges.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.funds p where p.id = pledges.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.pledges for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.pledges to jamsos_api
-- next
grant select on programme.pledges to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_arrivals for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_arrivals for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_arrivals enable row level security
-- next
create policy api on programme.registry_arrivals to jamsos_api using (exists (select from programme.registry_loads p where p.id = registry_arrivals.load_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.registry_loads p where p.id = registry_arrivals.load_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.registry_arrivals for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_arrivals to jamsos_api
-- next
grant select on programme.registry_arrivals to jamsos_dbt
-- next
grant select, insert, update on programme.registry_defects to jamsos_api
-- next
grant select on programme.registry_defects to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_parts for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_parts for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_parts enable row level security
-- next
create policy api on programme.registry_parts to jamsos_api using (exists (select from programme.registry_loads p where p.id = registry_parts.load_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.registry_loads p where p.id = registry_parts.load_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.registry_parts for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_parts to jamsos_api
-- next
grant select on programme.registry_parts to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_rejects for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_rejects for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_rejects enable row level security
-- next
create policy api on programme.registry_rejects to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.registry_rejects for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_rejects to jamsos_api
-- next
grant select on programme.registry_rejects to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.selection_runs for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.selection_runs for each statement execute function programme.refuse_change()
-- next
alter table programme.selection_runs enable row level security
-- next
create policy api on programme.selection_runs to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.selection_runs for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.selection_runs to jamsos_api
-- next
grant select on programme.selection_runs to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.bank_lines for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.bank_lines for each statement execute function programme.refuse_change()
-- next
alter table programme.bank_lines enable row level security
-- next
create policy api on programme.bank_lines to jamsos_api using (exists (select from programme.documents p where p.id = bank_lines.statement_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.documents p where p.id = bank_lines.statement_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.bank_lines for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.bank_lines to jamsos_api
-- next
grant select on programme.bank_lines to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.decrees for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.decrees for each statement execute function programme.refuse_change()
-- next
alter table programme.decrees enable row level security
-- next
create policy api on programme.decrees to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.decrees for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.decrees to jamsos_api
-- next
grant select on programme.decrees to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.journal_transactions for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.journal_transactions for each statement execute function programme.refuse_change()
-- next
alter table programme.journal_transactions enable row level security
-- next
create policy api on programme.journal_transactions to jamsos_api using (exists (select from programme.funds p where p.id = journal_transactions.fund_id)) with check (exists (select from programme.funds p where p.id = journal_transactions.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.journal_transactions for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.journal_transactions to jamsos_api
-- next
grant select on programme.journal_transactions to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.minute_lines for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minute_lines for each statement execute function programme.refuse_change()
-- next
create function programme.minute_lines_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join minutes r0 on r0.id = a.minutes_id left join funds r1 on r1.id = a.fund_id where r0.office_code <> r1.office_code)
    then raise exception 'a row of minute_lines refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.minute_lines referencing new table as arrived
    for each statement execute function programme.minute_lines_of_one_office()
-- next
alter table programme.minute_lines enable row level security
-- next
create policy api on programme.minute_lines to jamsos_api using (exists (select from programme.minutes p where p.id = minute_lines.minutes_id)) with check (exists (select from programme.minutes p where p.id = minute_lines.minutes_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.minute_lines for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.minute_lines to jamsos_api
-- next
grant select on programme.minute_lines to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.minutes_reopenings for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minutes_reopenings for each statement execute function programme.refuse_change()
-- next
alter table programme.minutes_reopenings enable row level security
-- next
create policy api on programme.minutes_reopenings to jamsos_api using (exists (select from programme.minutes p where p.id = minutes_reopenings.minutes_id)) with check (exists (select from programme.minutes p where p.id = minutes_reopenings.minutes_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.minutes_reopenings for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.minutes_reopenings to jamsos_api
-- next
grant select on programme.minutes_reopenings to jamsos_dbt
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
-- next
create trigger refuse_change before update or delete on programme.run_approvals for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.run_approvals for each statement execute function programme.refuse_change()
-- next
alter table programme.run_approvals enable row level security
-- next
create policy api on programme.run_approvals to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.run_approvals for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.run_approvals to jamsos_api
-- next
grant select on programme.run_approvals to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.selection_inputs for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.selection_inputs for each statement execute function programme.refuse_change()
-- next
alter table programme.selection_inputs enable row level security
-- next
create policy api on programme.selection_inputs to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true)) with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.selection_inputs for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.selection_inputs to jamsos_api
-- next
grant select on programme.selection_inputs to jamsos_dbt
-- next
alter table programme.villages enable row level security
-- next
create policy api on programme.villages to jamsos_api using (true) with check (current_setting('jamsos.sight_from', true) = '0')
-- next
create policy dbt on programme.villages for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.villages to jamsos_api
-- next
grant select on programme.villages to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.bills for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.bills for each statement execute function programme.refuse_change()
-- next
alter table programme.bills enable row level security
-- next
create policy api on programme.bills to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.bills for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.bills to jamsos_api
-- next
grant select on programme.bills to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.donation_matches for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.donation_matches for each statement execute function programme.refuse_change()
-- next
alter table programme.donation_matches enable row level security
-- next
create policy api on programme.donation_matches to jamsos_api using (exists (select from programme.bank_lines p where p.id = donation_matches.bank_line_id)) with check (exists (select from programme.bank_lines p where p.id = donation_matches.bank_line_id))
-- next
create policy dbt on programme.donation_matches for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.donation_matches to jamsos_api
-- next
grant select on programme.donation_matches to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.enrolment_batches for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.enrolment_batches for each statement execute function programme.refuse_change()
-- next
alter table programme.enrolment_batches enable row level security
-- next
create policy api on programme.enrolment_batches to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.enrolment_batches for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.enrolment_batches to jamsos_api
-- next
grant select on programme.enrolment_batches to jamsos_dbt
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
alter table programme.people enable row level security
-- next
create policy api on programme.people to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.people for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.people to jamsos_api
-- next
grant select on programme.people to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.postings for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.postings for each statement execute function programme.refuse_change()
-- next
alter table programme.postings enable row level security
-- next
create policy api on programme.postings to jamsos_api using (exists (select from programme.funds p where p.id = postings.fund_id)) with check (exists (select from programme.funds p where p.id = postings.fund_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.postings for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.postings to jamsos_api
-- next
grant select on programme.postings to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_rows for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_rows for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_rows enable row level security
-- next
create policy api on programme.registry_rows to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.registry_rows for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_rows to jamsos_api
-- next
grant select on programme.registry_rows to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.village_aliases for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.village_aliases for each statement execute function programme.refuse_change()
-- next
alter table programme.village_aliases enable row level security
-- next
create policy api on programme.village_aliases to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.village_aliases for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.village_aliases to jamsos_api
-- next
grant select on programme.village_aliases to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.claims for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.claims for each statement execute function programme.refuse_change()
-- next
alter table programme.claims enable row level security
-- next
create policy api on programme.claims to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.claims for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.claims to jamsos_api
-- next
grant select on programme.claims to jamsos_dbt
-- next
grant select, insert, update on programme.complaint_cases to jamsos_api
-- next
grant select on programme.complaint_cases to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.complaints for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.complaints for each statement execute function programme.refuse_change()
-- next
alter table programme.complaints enable row level security
-- next
create policy api on programme.complaints to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true)
    or encode(code_sha256, 'hex') = current_setting('jamsos.complaint', true)) with check (true)
-- next
create policy dbt on programme.complaints for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.complaints to jamsos_api
-- next
grant select on programme.complaints to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.decree_lines for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.decree_lines for each statement execute function programme.refuse_change()
-- next
alter table programme.decree_lines enable row level security
-- next
create policy api on programme.decree_lines to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.decree_lines for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.decree_lines to jamsos_api
-- next
grant select on programme.decree_lines to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.insurer_receipts for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.insurer_receipts for each statement execute function programme.refuse_change()
-- next
alter table programme.insurer_receipts enable row level security
-- next
create policy api on programme.insurer_receipts to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.insurer_receipts for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.insurer_receipts to jamsos_api
-- next
grant select on programme.insurer_receipts to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.life_events for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.life_events for each statement execute function programme.refuse_change()
-- next
alter table programme.life_events enable row level security
-- next
create policy api on programme.life_events to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.life_events for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.life_events to jamsos_api
-- next
grant select on programme.life_events to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.match_likenesses for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.match_likenesses for each statement execute function programme.refuse_change()
-- next
alter table programme.match_likenesses enable row level security
-- next
create policy api on programme.match_likenesses to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.match_likenesses for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.match_likenesses to jamsos_api
-- next
grant select on programme.match_likenesses to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.match_reviews for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.match_reviews for each statement execute function programme.refuse_change()
-- next
alter table programme.match_reviews enable row level security
-- next
create policy api on programme.match_reviews to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.match_reviews for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.match_reviews to jamsos_api
-- next
grant select on programme.match_reviews to jamsos_dbt
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
-- next
create trigger refuse_change before update or delete on programme.payments for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.payments for each statement execute function programme.refuse_change()
-- next
alter table programme.payments enable row level security
-- next
create policy api on programme.payments to jamsos_api using (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), office_code) or office_code = 'ID') with check (office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.payments for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.payments to jamsos_api
-- next
grant select on programme.payments to jamsos_dbt
-- next
alter table programme.person_groups enable row level security
-- next
create policy api on programme.person_groups to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.person_groups for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.person_groups to jamsos_api
-- next
grant select on programme.person_groups to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.person_groups_left for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.person_groups_left for each statement execute function programme.refuse_change()
-- next
alter table programme.person_groups_left enable row level security
-- next
create policy api on programme.person_groups_left to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.person_groups_left for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.person_groups_left to jamsos_api
-- next
grant select on programme.person_groups_left to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.person_sources for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.person_sources for each statement execute function programme.refuse_change()
-- next
alter table programme.person_sources enable row level security
-- next
create policy api on programme.person_sources to jamsos_api using (exists (select from programme.people p where p.id = person_sources.person_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.people p where p.id = person_sources.person_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.person_sources for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.person_sources to jamsos_api
-- next
grant select on programme.person_sources to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.person_versions for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.person_versions for each statement execute function programme.refuse_change()
-- next
alter table programme.person_versions enable row level security
-- next
create policy api on programme.person_versions to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.person_versions for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.person_versions to jamsos_api
-- next
grant select on programme.person_versions to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_alias_uses for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_alias_uses for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_alias_uses enable row level security
-- next
create policy api on programme.registry_alias_uses to jamsos_api using (exists (select from programme.registry_loads p where p.id = registry_alias_uses.load_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.registry_loads p where p.id = registry_alias_uses.load_id and (p.office_code >= current_setting('jamsos.sight_from', true) and p.office_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.registry_alias_uses for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_alias_uses to jamsos_api
-- next
grant select on programme.registry_alias_uses to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_repairs for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_repairs for each statement execute function programme.refuse_change()
-- next
create function programme.registry_repairs_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join registry_rows r0 on r0.load_id = a.load_id and r0.line = a.line left join registry_loads r0u on r0u.id = r0.load_id left join registry_loads r1 on r1.id = a.repaired_load_id where r0u.office_code <> r1.office_code)
    then raise exception 'a row of registry_repairs refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.registry_repairs referencing new table as arrived
    for each statement execute function programme.registry_repairs_of_one_office()
-- next
alter table programme.registry_repairs enable row level security
-- next
create policy api on programme.registry_repairs to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.registry_repairs for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_repairs to jamsos_api
-- next
grant select on programme.registry_repairs to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.selection_candidates for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.selection_candidates for each statement execute function programme.refuse_change()
-- next
alter table programme.selection_candidates enable row level security
-- next
create policy api on programme.selection_candidates to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.selection_candidates for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.selection_candidates to jamsos_api
-- next
grant select on programme.selection_candidates to jamsos_dbt
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
grant select, insert, update on programme.complaint_acts to jamsos_api
-- next
grant select on programme.complaint_acts to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.complaint_steps for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.complaint_steps for each statement execute function programme.refuse_change()
-- next
alter table programme.complaint_steps enable row level security
-- next
create policy api on programme.complaint_steps to jamsos_api using (exists (select from programme.complaints p where p.id = complaint_steps.complaint_id)) with check (exists (select from programme.complaints p where p.id = complaint_steps.complaint_id))
-- next
create policy dbt on programme.complaint_steps for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.complaint_steps to jamsos_api
-- next
grant select on programme.complaint_steps to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.coverage_differences for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.coverage_differences for each statement execute function programme.refuse_change()
-- next
alter table programme.coverage_differences enable row level security
-- next
create policy api on programme.coverage_differences to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.coverage_differences for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.coverage_differences to jamsos_api
-- next
grant select on programme.coverage_differences to jamsos_dbt
-- next
grant select, insert, update on programme.coverage_months to jamsos_api
-- next
grant select on programme.coverage_months to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.enrolments for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.enrolments for each statement execute function programme.refuse_change()
-- next
create function programme.enrolments_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join enrolment_batches r0 on r0.id = a.batch_id left join decree_lines r1 on r1.id = a.decree_line_id left join decrees r1u on r1u.id = r1.decree_id where r0.office_code <> r1u.office_code)
    then raise exception 'a row of enrolments refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.enrolments referencing new table as arrived
    for each statement execute function programme.enrolments_of_one_office()
-- next
alter table programme.enrolments enable row level security
-- next
create policy api on programme.enrolments to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.enrolments for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.enrolments to jamsos_api
-- next
grant select on programme.enrolments to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.life_event_withdrawals for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.life_event_withdrawals for each statement execute function programme.refuse_change()
-- next
alter table programme.life_event_withdrawals enable row level security
-- next
create policy api on programme.life_event_withdrawals to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.life_event_withdrawals for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.life_event_withdrawals to jamsos_api
-- next
grant select on programme.life_event_withdrawals to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.match_decisions for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.match_decisions for each statement execute function programme.refuse_change()
-- next
alter table programme.match_decisions enable row level security
-- next
create policy api on programme.match_decisions to jamsos_api using (exists (select from programme.match_reviews p where p.id = match_decisions.review_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.match_reviews p where p.id = match_decisions.review_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.match_decisions for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.match_decisions to jamsos_api
-- next
grant select on programme.match_decisions to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.worker_months for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.worker_months for each statement execute function programme.refuse_change()
-- next
create function programme.worker_months_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join bills r0 on r0.id = a.bill_id left join decree_lines r1 on r1.id = a.decree_line_id left join decrees r1u on r1u.id = r1.decree_id left join funds r2 on r2.id = a.fund_id where r0.office_code <> r1u.office_code or r0.office_code <> r2.office_code)
    then raise exception 'a row of worker_months refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.worker_months referencing new table as arrived
    for each statement execute function programme.worker_months_of_one_office()
-- next
alter table programme.worker_months enable row level security
-- next
create policy api on programme.worker_months to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.worker_months for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.worker_months to jamsos_api
-- next
grant select on programme.worker_months to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.carried_differences for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.carried_differences for each statement execute function programme.refuse_change()
-- next
create function programme.carried_differences_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join bills r0 on r0.id = a.bill_id left join coverage_differences r1 on r1.id = a.difference_id left join insurer_receipts r1u on r1u.id = r1.insurer_receipt_id where r0.office_code <> r1u.office_code)
    then raise exception 'a row of carried_differences refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.carried_differences referencing new table as arrived
    for each statement execute function programme.carried_differences_of_one_office()
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
create trigger refuse_change before update or delete on programme.confirmed_months for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.confirmed_months for each statement execute function programme.refuse_change()
-- next
create function programme.confirmed_months_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join worker_months r0 on r0.person_id = a.person_id and r0.month = a.month left join bills r0u on r0u.id = r0.bill_id left join insurer_receipts r1 on r1.id = a.insurer_receipt_id where r0u.office_code <> r1.office_code)
    then raise exception 'a row of confirmed_months refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.confirmed_months referencing new table as arrived
    for each statement execute function programme.confirmed_months_of_one_office()
-- next
alter table programme.confirmed_months enable row level security
-- next
create policy api on programme.confirmed_months to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.confirmed_months for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.confirmed_months to jamsos_api
-- next
grant select on programme.confirmed_months to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.enrolment_answers for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.enrolment_answers for each statement execute function programme.refuse_change()
-- next
alter table programme.enrolment_answers enable row level security
-- next
create policy api on programme.enrolment_answers to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.enrolment_answers for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.enrolment_answers to jamsos_api
-- next
grant select on programme.enrolment_answers to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.identity_events for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.identity_events for each statement execute function programme.refuse_change()
-- next
alter table programme.identity_events enable row level security
-- next
create policy api on programme.identity_events to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.identity_events for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.identity_events to jamsos_api
-- next
grant select on programme.identity_events to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.minute_differences for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.minute_differences for each statement execute function programme.refuse_change()
-- next
create function programme.minute_differences_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join minutes r0 on r0.id = a.minutes_id left join coverage_differences r1 on r1.id = a.difference_id left join insurer_receipts r1u on r1u.id = r1.insurer_receipt_id where r0.office_code <> r1u.office_code)
    then raise exception 'a row of minute_differences refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.minute_differences referencing new table as arrived
    for each statement execute function programme.minute_differences_of_one_office()
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
create trigger refuse_change before update or delete on programme.paid_months for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.paid_months for each statement execute function programme.refuse_change()
-- next
create function programme.paid_months_of_one_office() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from arrived a left join worker_months r0 on r0.person_id = a.person_id and r0.month = a.month left join bills r0u on r0u.id = r0.bill_id left join payments r1 on r1.id = a.payment_id where r0u.office_code <> r1.office_code)
    then raise exception 'a row of paid_months refers to facts of several offices' using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_several_offices after insert on programme.paid_months referencing new table as arrived
    for each statement execute function programme.paid_months_of_one_office()
-- next
alter table programme.paid_months enable row level security
-- next
create policy api on programme.paid_months to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.paid_months for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.paid_months to jamsos_api
-- next
grant select on programme.paid_months to jamsos_dbt
-- next
grant select, insert, update on programme.vain_months to jamsos_api
-- next
grant select on programme.vain_months to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.ended_sources for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.ended_sources for each statement execute function programme.refuse_change()
-- next
alter table programme.ended_sources enable row level security
-- next
create policy api on programme.ended_sources to jamsos_api using (exists (select from programme.identity_events p where p.id = ended_sources.event_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.identity_events p where p.id = ended_sources.event_id and (p.village_code >= current_setting('jamsos.sight_from', true) and p.village_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.ended_sources for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.ended_sources to jamsos_api
-- next
grant select on programme.ended_sources to jamsos_dbt
-- next
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
-- next
create function programme.key_holder(asked text)
returns table (key_id bigint, secret_hash bytea, scopes text[], expires_at timestamptz, revoked_at timestamptz, voucher_ids bigint[],
               officer_id bigint, officer text, roles text[], is_active boolean, agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select k.id, k.secret_hash, k.scopes, k.expires_at, k.revoked_at, k.voucher_ids, o.id, o.name, t.roles,
           o.id is null or coalesce((now() at time zone 'Asia/Makassar')::date between t.active_from and coalesce(t.active_to, 'infinity'), false),
           a.id, a.code, a.kind, a.region_code
    from programme.api_keys k
    join programme.agencies a on a.id = k.agency_id
    left join programme.officers o on o.id = k.officer_id
    left join lateral (select * from programme.officer_terms t where t.officer_id = o.id order by t.id desc limit 1) t on true
    where k.prefix = asked
$$
-- next
create function programme.agency_named(asked text) returns table (agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select a.id, a.code, a.kind, a.region_code from programme.agencies a where a.code = asked
$$
-- next
create function programme.link_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    head journal_heads;
begin
    select * into head from journal_heads where fund_id = new.fund_id for update;
    if not found then
        insert into journal_heads (fund_id, number, hash) values (new.fund_id, 0, '') on conflict do nothing;
        select * into head from journal_heads where fund_id = new.fund_id for update;
    end if;
    select office_code into new.office_code from funds where id = new.fund_id;
    new.number := head.number + 1;
    new.previous_hash := nullif(head.hash, '');
    new.recorded_at := clock_timestamp();
    new.hash := sha256(convert_to(jsonb_build_array(
        encode(new.previous_hash, 'hex'), new.fund_id, new.number, to_char(new.day, 'YYYY-MM-DD'), new.kind, new.reference, new.memo,
        (select jsonb_build_array(kind, number, to_char(document_date, 'YYYY-MM-DD'), amount, encode(file_sha256, 'hex'))
           from programme.documents where id = new.document_id),
        new.reverses_id, to_char(new.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        encode(new.postings_sha256, 'hex'))::text, 'UTF8'));
    update journal_heads set number = new.number, hash = new.hash where fund_id = new.fund_id;
    return new;
end $$
-- next
create function programme.keep_balances() returns trigger language plpgsql security definer
    set search_path = programme, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    wrong bigint;
begin
    select transaction_id into wrong
      from added group by transaction_id, field
    having sum(case when account in ('cash', 'received', 'contribution', 'refund', 'carried') then amount else 0 end) <> 0
        or sum(case when account in ('budget', 'free', 'committed', 'payable') then amount else 0 end) <> 0
        or sum(case account when 'cash' then amount when 'budget' then -amount else 0 end) <> 0
     limit 1;
    if found then
        raise exception 'transaction % does not sum to zero in every field', wrong using errcode = 'check_violation';
    end if;
    select p.transaction_id into wrong
      from (select transaction_id, min(fund_id) as first_fund, max(fund_id) as last_fund,
                   sha256(convert_to(string_agg(concat_ws(' ', field, account, amount), E'\n' order by field, account), 'UTF8')) as digest
              from added group by transaction_id) p
      left join journal_transactions t on t.id = p.transaction_id
     where t.fund_id is distinct from p.first_fund or t.fund_id is distinct from p.last_fund or t.postings_sha256 <> p.digest
     limit 1;
    if found then
        raise exception 'the postings of transaction % are not those it was recorded with', wrong using errcode = 'check_violation';
    end if;
    -- The head of the chain is locked, so no other transaction changes these balances. Update before insert: a check on
    -- an inserted part would fail before the parts are summed.
    update fund_balances b set balance = b.balance + m.amount
      from (select fund_id, field, account, sum(amount) as amount from added group by 1, 2, 3) m
     where (b.fund_id, b.field, b.account) = (m.fund_id, m.field, m.account);
    insert into fund_balances (fund_id, field, account, balance)
    select fund_id, field, account, sum(amount) from added a
     where not exists (select from fund_balances b where (b.fund_id, b.field, b.account) = (a.fund_id, a.field, a.account))
     group by 1, 2, 3;
    insert into fund_days (fund_id, day, field, account, amount)
    select a.fund_id, t.day, a.field, a.account, sum(a.amount)
      from added a join journal_transactions t on t.id = a.transaction_id group by 1, 2, 3, 4
    on conflict (fund_id, day, field, account) do update set amount = fund_days.amount + excluded.amount;
    return null;
end $$
-- next
create function programme.refuse_bare_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if not exists (select from postings where transaction_id = new.id) then
        raise exception 'transaction % has no postings', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$
-- next
create function programme.hold_fund(fund bigint) returns table (field text, account text, balance bigint)
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    perform from journal_heads where fund_id = fund for update;
    if not found then
        insert into journal_heads (fund_id, number, hash) values (fund, 0, '') on conflict do nothing;
        perform from journal_heads where fund_id = fund for update;
    end if;
    return query select b.field, b.account, b.balance from fund_balances b where b.fund_id = fund;
end $$
-- next
create trigger link_transaction before insert on programme.journal_transactions
    for each row execute function programme.link_transaction()
-- next
create trigger keep_balances after insert on programme.postings
    referencing new table as added for each statement execute function programme.keep_balances()
-- next
create constraint trigger refuse_bare_transaction after insert on programme.journal_transactions
    deferrable initially deferred for each row execute function programme.refuse_bare_transaction()
-- next
revoke insert, update on programme.fund_balances, programme.fund_days, programme.journal_heads from jamsos_api
-- next
create function programme.refuse_other_rules() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    here funds;
    there funds;
    sent boolean;
    wrong text;
begin
    select * into here from funds where id = new.fund_id;
    select * into there from funds where office_code = new.office_code and code = new.reference and id <> new.fund_id;
    if there.id is null or (here.office_code, here.kind, here.is_via_apbd) is distinct from (there.office_code, there.kind, there.is_via_apbd) then
        raise exception 'transaction % carries money to or from a fund of other rules', new.id using errcode = 'check_violation';
    end if;
    -- where money is carried out, `carried` is debited: the origin is the fund itself
    select bool_or(p.account = 'cash' and p.amount < 0) into sent from postings p where p.transaction_id = new.id;
    if (sent and there.fiscal_year <= here.fiscal_year) or (not sent and there.fiscal_year >= here.fiscal_year) then
        raise exception 'transaction % carries money into an earlier or the same year', new.id using errcode = 'check_violation';
    end if;
    select p.field into wrong from postings p
     where p.transaction_id = new.id
       and (select s.pays_contributions from fund_shares s where s.fund_id = here.id and s.field = p.field
             order by s.valid_from <= new.day desc, case when s.valid_from <= new.day then s.valid_from end desc, s.valid_from limit 1)
           is distinct from
           (select s.pays_contributions from fund_shares s where s.fund_id = there.id and s.field = p.field
             order by s.valid_from <= new.day desc, case when s.valid_from <= new.day then s.valid_from end desc, s.valid_from limit 1)
     limit 1;
    if wrong is not null then
        raise exception 'transaction % carries the field % into a fund where it is tied otherwise', new.id, wrong using errcode = 'check_violation';
    end if;
    if exists (select from fund_groups g where g.fund_id = case when sent then here.id else there.id end) and (
        not exists (select from fund_groups g where g.fund_id = case when sent then there.id else here.id end)
        or exists (
            select from (select distinct on (g.group_code) g.group_code, g.is_allowed from fund_groups g
                          where g.fund_id = case when sent then there.id else here.id end order by g.group_code, g.valid_from desc, g.id desc) t
             where t.is_allowed and not coalesce((select o.is_allowed from fund_groups o
                          where o.fund_id = case when sent then here.id else there.id end and o.group_code = t.group_code
                          order by o.valid_from desc, o.id desc limit 1), false))) then
        raise exception 'transaction % carries money into a fund that pays for more groups', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$
-- next
create constraint trigger refuse_other_rules after insert on programme.journal_transactions
    deferrable initially deferred for each row when (new.kind = 'carry') execute function programme.refuse_other_rules()
-- next
create function programme.refuse_frozen_months() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('jamsos.minutes'));
    if exists (select from (select distinct a.month, o.office_code from arrived a join bills o on o.id = a.bill_id) a
               join minutes m using (month, office_code) where not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create function programme.refuse_frozen_payments() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('jamsos.minutes'));
    if exists (select from (select distinct a.month, o.office_code from arrived a join payments o on o.id = a.payment_id) a
               join minutes m using (month, office_code) where not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id))
    then raise exception 'the minutes of that month are signed' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create function programme.refuse_frozen_confirmations() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock_shared(hashtext('jamsos.minutes'));
    if exists (select from arrived a
               join insurer_receipts o on o.id = a.insurer_receipt_id
               join minutes m on m.month = a.month and m.office_code = o.office_code
               where not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id) and not exists (select from minute_differences n
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
-- next
create function programme.invitation_of(asked text)
returns table (id bigint, secret_hash bytea, scopes text[], label text, days int, expires_at timestamptz, accepted_at timestamptz,
               issued_by text, issued_by_id bigint, voucher_ids bigint[], officer_id bigint, officer text,
               agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select i.id, i.secret_hash, i.scopes, i.label, i.days, i.expires_at, i.accepted_at, i.issued_by, i.issued_by_id, i.voucher_ids,
           o.id, o.name, a.id, a.code, a.kind, a.region_code
    from programme.officer_invitations i
    join programme.officers o on o.id = i.officer_id
    join programme.agencies a on a.id = i.agency_id
    where i.prefix = asked
$$
-- next
create function programme.accept_invitation(asked bigint) returns boolean
language sql volatile security definer set search_path = '' as $$
    with taken as (
        update programme.officer_invitations set accepted_at = now()
         where id = asked and accepted_at is null and expires_at > now() returning id)
    select exists (select from taken)
$$
-- next
create function programme.proven_by(proof text) returns table (officer_id bigint, voucher_ids bigint[])
language sql stable security definer set search_path = '' as $$
    select k.officer_id, k.voucher_ids from programme.api_keys k
     where k.id = case when proof ~ '^key [0-9]+$' then substr(proof, 5)::bigint end
    union all
    select s.officer_id, s.voucher_ids from programme.officer_subjects s
     where s.id = case when proof ~ '^token [0-9]+$' then substr(proof, 7)::bigint end
$$
-- next
create function programme.must_be_proven(officer bigint, proof text) returns void language plpgsql as $$
begin
    if not exists (select from programme.proven_by(proof) p where p.officer_id = officer)
    then raise exception 'the proof is not of officer %', officer using errcode = 'check_violation'; end if;
end $$
-- next
create function programme.subject_holder(asked_issuer text, asked_subject text)
returns table (subject_id bigint, voucher_ids bigint[], officer_id bigint, officer text, roles text[], is_active boolean, agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select s.id, s.voucher_ids, o.id, o.name, t.roles,
           coalesce((now() at time zone 'Asia/Makassar')::date between t.active_from and coalesce(t.active_to, 'infinity'), false),
           a.id, a.code, a.kind, a.region_code
    from programme.officer_subjects s
    join programme.officers o on o.id = s.officer_id
    join programme.agencies a on a.id = o.agency_id
    left join lateral (select * from programme.officer_terms t where t.officer_id = o.id order by t.id desc limit 1) t on true
    where s.issuer = asked_issuer and s.subject = asked_subject and s.revoked_at is null
$$
-- next
create function programme.refuse_early_amendment() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.amendments'), hashtext(new.office_code));
    if exists (select from decrees d where d.id = new.amends_id and d.office_code <> new.office_code)
    then raise exception 'decree % amends one of another regency', new.number using errcode = 'check_violation'; end if;
    if exists (select from decrees d where (d.id = new.amends_id or d.amends_id = new.amends_id) and d.signed_date > new.signed_date)
    then raise exception 'decree % is signed before one that it follows', new.number using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_early_amendment before insert on programme.decrees
    for each row when (new.amends_id is not null) execute function programme.refuse_early_amendment()
-- next
create function programme.refuse_second_minutes() returns trigger language plpgsql as $$
begin
    if exists (select from programme.minutes m where m.office_code = new.office_code and m.month = new.month and not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id))
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
-- next
create function programme.promise_needed(determination bigint) returns bigint language sql stable as $$
    select coalesce(sum(greatest(d.worker_count - b.billed, 0) * coalesce(r.rate, d.rate)), 0)::bigint
      from programme.decrees d
      join programme.funds f on f.id = d.fund_id
      cross join lateral generate_series(d.month_from, d.month_to, interval '1 month') as g (moment)
      cross join lateral (select g.moment::date as month) m
      cross join lateral (select count(*) as billed from programme.worker_months w join programme.bills b on b.id = w.bill_id
                           where b.decree_id = d.id and w.month = m.month) b
      cross join lateral (select sum(amount) as rate from (
          select distinct on (c.programme) c.amount from programme.contribution_rates c
           where c.programme in ('JKK', 'JKM') and c.payer_class = case when f.is_via_apbd then 'public_budget' else 'other' end
             and c.valid_from <= m.month and (c.valid_to is null or c.valid_to >= m.month) and c.income_from <= 0 and c.sector is null
           order by c.programme, c.income_from desc, c.valid_from desc, c.id desc) c) r
     where d.id = determination
       and not exists (select from programme.minutes s where s.month = m.month and s.office_code = d.office_code
                          and not exists (select from programme.minutes_reopenings o where o.minutes_id = s.id))
$$
-- next
create function programme.refuse_needed_release() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    root bigint;
    referenced text[];
    promised bigint;
    spent bigint;
begin
    select coalesce(amends_id, id) into root from decrees where number = new.reference and office_code = new.office_code;
    select array_agg(number) into referenced from decrees where root in (id, amends_id);
    select coalesce(-sum(p.amount), 0) into promised from journal_transactions t join postings p on p.transaction_id = t.id
     where t.fund_id = new.fund_id and t.kind in ('commit', 'release', 'reverse') and p.account = 'committed'
       and t.reference = any(coalesce(referenced, array[new.reference]));
    select coalesce(sum(amount), 0) into spent from bills where decree_id = root;
    if promised < spent + coalesce(promise_needed(root), 0) then
        raise exception 'transaction % releases what is still promised to %', new.id, new.reference using errcode = 'restrict_violation';
    end if;
    return null;
end $$
-- next
create constraint trigger refuse_needed_release after insert on programme.journal_transactions
    deferrable initially deferred for each row when (new.kind = 'release') execute function programme.refuse_needed_release()
-- next
create function programme.refuse_wrong_approval() returns trigger language plpgsql as $$
declare
    asked text[];
    place int;
    hash bytea;
begin
    select coalesce(r.manifest_sha256, r.list_sha256), array(select jsonb_array_elements_text(c.document -> 'approval' -> 'steps'))
      into hash, asked
      from programme.selection_runs r join programme.criteria c on c.id = r.criteria_id where r.id = new.run_id;
    place := array_position(asked, new.step);
    -- another hash is that of an amendment, which only a decreed list has
    if place is null
       or (hash is distinct from new.list_sha256 and not exists (select from programme.decrees d where d.run_id = new.run_id))
       or (select count(*) from programme.run_approvals a where a.run_id = new.run_id and a.list_sha256 = new.list_sha256
              and a.step = any(asked[:place - 1])) < place - 1
    then raise exception 'step % of run % is not due, or approves another list', new.step, new.run_id using errcode = 'check_violation'; end if;
    perform programme.must_be_proven(new.officer_id, new.proof);
    -- an officer who issued the key of another step, directly or through others, is no second person; a unique key
    -- allows one step per officer
    if exists (select from programme.run_approvals a, programme.proven_by(a.proof) p, programme.proven_by(new.proof) n
                where a.run_id = new.run_id and a.list_sha256 = new.list_sha256
                  and (a.officer_id = any(n.voucher_ids) or new.officer_id = any(p.voucher_ids)))
    then raise exception 'a step of run % by who issued the key of another', new.run_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_wrong_approval before insert on programme.run_approvals
    for each row execute function programme.refuse_wrong_approval()
-- next
create function programme.refuse_unapproved_decree() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare
    run bigint := coalesce(new.run_id, (select d.run_id from decrees d where d.id = new.amends_id));
begin
    -- an amendment names the determination, and needs the approvals of its list
    if run is null and new.amends_id is not null then raise exception 'decree % amends no determination', new.number using errcode = 'check_violation'; end if;
    if exists (
        select from selection_runs r join criteria c on c.id = r.criteria_id,
               jsonb_array_elements_text(c.document -> 'approval' -> 'steps') as s (step)
        where r.id = run
          and not exists (select from run_approvals a
                          where a.run_id = r.id and a.step = s.step
                            and a.list_sha256 = case when new.run_id is null then new.list_sha256 else coalesce(r.manifest_sha256, r.list_sha256) end))
    then raise exception 'the list of decree % is not approved', new.number using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unapproved_decree before insert on programme.decrees
    for each row execute function programme.refuse_unapproved_decree()
-- next
create function programme.refuse_other_list() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare
    run selection_runs;
    lines bytea;
begin
    select r.* into run from selection_runs r
     where r.id = coalesce(new.run_id, (select d.run_id from decrees d where d.id = new.amends_id))
       and exists (select from run_approvals a
                   where a.run_id = r.id and a.list_sha256 = case when new.run_id is null then new.list_sha256 else coalesce(r.manifest_sha256, r.list_sha256) end);
    if run.id is null then return null; end if;  -- the criteria require no approval
    select sha256(convert_to(string_agg(concat_ws(E'\t', l.line, l.action, l.person_id, coalesce(l.replaces_line_id::text, ''),
               coalesce(l.reason, ''), to_char(l.month_from, 'YYYY-MM-DD'), to_char(l.month_to, 'YYYY-MM-DD'),
               coalesce(l.group_code, ''), l.village_code), E'\n' order by l.line), 'UTF8'))
      into lines from decree_lines l where l.decree_id = new.id;
    -- Compare with the count of the chosen when the list was stored, because nobody approved a candidate added later.
    if new.list_sha256 is distinct from lines
       or new.run_id is not null and (
            (select count(*) from selection_candidates c where c.run_id = run.id and c.outcome = 'chosen') <> run.chosen
            or (select count(*) from decree_lines l join selection_candidates c
                    on c.run_id = run.id and c.person_id = l.person_id and c.outcome = 'chosen'
                   and c.group_code is not distinct from l.group_code and c.village_code = l.village_code
                 where l.decree_id = new.id and l.action = 'inclusion' and l.month_from = run.month_from and l.month_to = run.month_to)
               <> run.chosen
            or (select count(*) from decree_lines l where l.decree_id = new.id) <> run.chosen)
    then raise exception 'decree % holds other lines than were approved', new.number using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create constraint trigger refuse_other_list after insert on programme.decrees deferrable initially deferred
    for each row execute function programme.refuse_other_list()
-- next
create function programme.count_person_version() returns trigger language plpgsql as $$
begin
    if current_setting('jamsos.rotation', true) = 'on' then return new; end if;
    new.version := old.version + 1;
    new.updated_at := clock_timestamp();
    return new;
end $$
-- next
create function programme.keep_person_version() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if current_setting('jamsos.rotation', true) = 'on' then return null; end if;
    insert into person_versions (person_id, version, recorded_at, nik_sealed, kk_sealed, phone_sealed, bank_account_sealed, full_name, name_key, sex, birth_place, birth_date, address, village_code, occupation, relation, marital_status, disability, decile, decile_source, decile_as_of, is_dukcapil_matched, other_payer_from, other_payer_to)
    select id, version, updated_at, nik_sealed, kk_sealed, phone_sealed, bank_account_sealed, full_name, name_key, sex, birth_place, birth_date, address, village_code, occupation, relation, marital_status, disability, decile, decile_source, decile_as_of, is_dukcapil_matched, other_payer_from, other_payer_to from written;
    return null;
end $$
-- next
create trigger count_version before update on programme.people
    for each row execute function programme.count_person_version()
-- next
create trigger keep_first_version after insert on programme.people
    referencing new table as written for each statement execute function programme.keep_person_version()
-- next
create trigger keep_version after update on programme.people
    referencing new table as written for each statement execute function programme.keep_person_version()
-- next
grant usage on sequence programme.people_id_seq to jamsos_api
-- next
create function programme.note_arrivals() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    unknown text;
begin
    select a.village_code into unknown
      from (select distinct village_code from arrived where village_code is not null) a
     where not exists (select from villages v where v.code = a.village_code)
     limit 1;
    if found then
        raise exception 'the village % is not known', unknown using errcode = 'foreign_key_violation';
    end if;
    insert into registry_arrivals (load_id, rows_kept) select load_id, count(*) from arrived group by load_id;
    return null;
end $$
-- next
create function programme.count_arrivals() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if (select sum(rows_kept) from registry_arrivals where load_id = new.load_id)
       <> (select rows_kept from registry_loads where id = new.load_id) then
        raise exception 'load % has not as many rows as it says', new.load_id using errcode = 'check_violation';
    end if;
    return null;
end $$
-- next
create trigger note_arrivals after insert on programme.registry_rows
    referencing new table as arrived for each statement execute function programme.note_arrivals()
-- next
create constraint trigger count_arrivals after insert on programme.registry_arrivals
    deferrable initially deferred for each row execute function programme.count_arrivals()
-- next
grant usage on sequence programme.registry_loads_id_seq to jamsos_api
-- next
create function programme.refuse_late_lines() returns trigger language plpgsql as $$
begin
    if exists (select from (select distinct decree_id from arrived) a join programme.decrees d on d.id = a.decree_id
               where d.issued_at <> now())
    then raise exception 'the list of an issued decree is frozen' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_late_lines after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_late_lines()
-- next
create function programme.keep_signed_words() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    select version into new.person_version from people where id = new.person_id;
    return new;
end $$
-- next
create trigger keep_signed_words before insert on programme.decree_lines
    for each row execute function programme.keep_signed_words()
-- next
create function programme.refuse_second_decree() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (
        select from arrived a
        join decree_lines l on l.person_id = a.person_id and l.id <> a.id and l.action in ('inclusion', 'replacement')
        left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
        where a.action in ('inclusion', 'replacement') and l.month_from <= a.month_to
          and least(l.month_to, e.month_to) >= greatest(a.month_from, l.month_from))
    then raise exception 'a decree protects somebody of this list in the same months' using errcode = 'exclusion_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_second_decree after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_second_decree()
-- next
create function programme.refuse_strange_lines() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
declare strange int;
begin
    select a.line into strange
      from arrived a
      join decrees d on d.id = a.decree_id
      left join decree_lines b on b.id = a.replaces_line_id and b.action <> 'termination'
      left join decrees f on f.id = b.decree_id
      left join decree_lines e on e.replaces_line_id = b.id and e.action = 'termination'
     where case a.action
           when 'inclusion' then d.kind <> 'determination' or a.replaces_line_id is not null
                or a.month_from < d.month_from or a.month_to > d.month_to
           when 'termination' then b.person_id <> a.person_id or b.month_from <> a.month_from or a.reason is null
                or a.month_to < b.month_from - interval '1 month' or a.month_to >= b.month_to
           else e.id is null or a.month_from <= e.month_to or a.month_to > b.month_to end
        or a.action <> 'termination' and a.month_to < a.month_from
        or a.action <> 'inclusion' and (coalesce(f.amends_id, f.id) is distinct from d.amends_id)
     limit 1;
    if found then raise exception 'line % fits no place of its decree', strange using errcode = 'check_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_strange_lines after insert on programme.decree_lines referencing new table as arrived
    for each statement execute function programme.refuse_strange_lines()
-- next
grant delete on programme.person_groups to jamsos_api
-- next
create function programme.keep_left_groups() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    insert into person_groups_left (person_id, group_code, village_code, since, until)
    select person_id, group_code, village_code, since, clock_timestamp() from removed;
    return null;
end $$
-- next
create trigger keep_left_groups after delete on programme.person_groups
    referencing old table as removed for each statement execute function programme.keep_left_groups()
-- next
create function programme.refuse_strange_candidates() returns trigger language plpgsql as $$
begin
    if exists (select from arrived a where not exists (select from programme.people p where p.id = a.person_id))
       or exists (select from (select distinct run_id from arrived) a
                  where not exists (select from programme.selection_runs r where r.id = a.run_id))
    then raise exception 'a candidate is no person, or stands in no run' using errcode = 'foreign_key_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_strange_candidates after insert on programme.selection_candidates referencing new table as arrived
    for each statement execute function programme.refuse_strange_candidates()
-- next
create function programme.is_in_sight(first text, beyond text) returns boolean language sql stable parallel safe as $$
    -- the owner has no sight and sees everything; `set role` still shows here, although the function runs as the owner
    select case when nullif(current_setting('jamsos.sight_from', true), '') is null
                then session_user = current_user and current_setting('role') in ('none', session_user)
                else first collate "C" >= current_setting('jamsos.sight_from', true) collate "C"
                     and beyond collate "C" <= current_setting('jamsos.sight_to', true) collate "C" end
$$
-- next
create function programme.events_from_elsewhere(first text, beyond text, day date, known_at timestamptz default 'infinity')
returns table (person_id bigint, kind text) language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    select e.person_id, e.kind from life_events e
     where programme.is_in_sight(first, beyond)
       and (e.village_code >= first and e.village_code < beyond) is not true
       and (e.kind <> 'moved' or e.village_code is null)  -- away from another regency
       and e.event_date <= day and e.recorded_at <= known_at
       and not exists (select from life_event_withdrawals w where w.event_id = e.id and w.recorded_at <= known_at)
       and exists (select from person_versions v where v.person_id = e.person_id and v.recorded_at <= known_at
                     and v.village_code >= first and v.village_code < beyond)
$$
-- next
create function programme.residents_known(first text, beyond text, known_at timestamptz)
returns setof programme.person_versions language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    with latest as (
        select distinct on (v.person_id) v.* from person_versions v where v.recorded_at <= known_at order by v.person_id, v.version desc
    ), ended as (
        select distinct on (id) id, into_id
          from (select from_person_id as id, id as event_id, to_person_id as into_id from identity_events where kind = 'merged' and recorded_at <= known_at
                union all
                select to_person_id, id, null from identity_events where kind = 'parted' and recorded_at <= known_at) happened
         order by id, event_id desc
    )
    select l.* from latest l
     where programme.is_in_sight(first, beyond) and l.village_code >= first and l.village_code < beyond
       and not exists (select from ended e where e.id = l.person_id and e.into_id is not null)
$$
-- next
create function programme.groups_known(first text, beyond text, known_at timestamptz)
returns table (person_id bigint, group_code text) language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    select h.person_id, h.group_code
      from (select g.person_id, g.group_code, g.village_code from person_groups g where g.since <= known_at
            union
            select l.person_id, l.group_code, l.village_code from person_groups_left l where l.since <= known_at and l.until > known_at) h
     where programme.is_in_sight(first, beyond)
       and (h.village_code >= first and h.village_code < beyond
            or exists (select from person_versions v where v.person_id = h.person_id and v.recorded_at <= known_at
                         and v.village_code >= first and v.village_code < beyond))
$$
-- next
revoke execute on function programme.events_from_elsewhere, programme.residents_known, programme.groups_known from public
-- next
grant execute on function programme.events_from_elsewhere, programme.residents_known, programme.groups_known to jamsos_api
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
create function programme.refuse_unproven_step() returns trigger language plpgsql as $$
begin
    if new.step <> 'appealed' then perform programme.must_be_proven(new.officer_id, new.proof); end if;
    if new.step = 'remedied' and (select s.decision from programme.complaint_steps s where s.complaint_id = new.complaint_id
                                    and s.decision is not null order by s.id desc limit 1) is distinct from 'upheld'
    then raise exception 'complaint % is not upheld', new.complaint_id using errcode = 'check_violation'; end if;
    if new.step <> 'remedied' and exists (
        select from programme.complaint_steps s, programme.proven_by(s.proof) p, programme.proven_by(new.proof) n
         where s.complaint_id = new.complaint_id and s.step <> 'remedied'
           and (s.officer_id = any(n.voucher_ids) or new.officer_id = any(p.voucher_ids)))
    then raise exception 'a step of complaint % by who issued the key of another', new.complaint_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unproven_step before insert on programme.complaint_steps
    for each row execute function programme.refuse_unproven_step()
-- next
create function programme.close_withdrawn_differences() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    persons bigint[] := (select array_agg(distinct e.person_id) from arrived a join life_events e on e.id = a.event_id);
begin
    insert into difference_resolutions (difference_id, resolution, remark, resolved_date, resolved_by, officer_id, village_code)
    select distinct on (d.id) d.id, 'withdrawn', a.reason, (now() at time zone 'Asia/Makassar')::date, a.officer, a.officer_id, d.village_code
      from arrived a
      join life_events e on e.id = a.event_id
      join coverage_differences d on d.person_id = e.person_id
     where (d.kind in ('died', 'moved', 'other_payer') or d.kind = 'double' and d.line is null)
       and not exists (select from programme.difference_resolutions s where s.difference_id = d.id)
       and not exists (select from programme.unneeded_months u
                        where u.person_id = d.person_id and u.kind = d.kind and d.month between u.month_from and u.month_to and u.person_id = any(persons))
     order by d.id, a.id
    on conflict (difference_id) do nothing;
    insert into programme.coverage_differences
       (insurer_receipt_id, kind, person_id, month, billed_amount, received_amount, village_code, follows_id)
select distinct on (c.person_id, c.month) c.insurer_receipt_id, u.kind, c.person_id, c.month, w.amount, w.amount, c.village_code,
       (select max(d.id) from programme.coverage_differences d join programme.difference_resolutions s on s.difference_id = d.id
         where d.person_id = c.person_id and d.month = c.month and s.resolution = 'withdrawn')
  from programme.unneeded_months u
  join programme.confirmed_months c on c.person_id = u.person_id and c.month between u.month_from and u.month_to
  join programme.worker_months w on w.person_id = c.person_id and w.month = c.month
 where u.person_id = any(persons)
 order by c.person_id, c.month, u.kind
on conflict (person_id, month, coalesce(follows_id, 0)) where kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null do nothing;
    return null;
end $$
-- next
create trigger close_withdrawn_differences after insert on programme.life_event_withdrawals
    referencing new table as arrived for each statement execute function programme.close_withdrawn_differences()
-- next
create function programme.find_months_in_vain() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    persons bigint[] := (select array_agg(distinct person_id) from arrived);
begin
    insert into programme.coverage_differences
       (insurer_receipt_id, kind, person_id, month, billed_amount, received_amount, village_code, follows_id)
select distinct on (c.person_id, c.month) c.insurer_receipt_id, u.kind, c.person_id, c.month, w.amount, w.amount, c.village_code,
       (select max(d.id) from programme.coverage_differences d join programme.difference_resolutions s on s.difference_id = d.id
         where d.person_id = c.person_id and d.month = c.month and s.resolution = 'withdrawn')
  from programme.unneeded_months u
  join programme.confirmed_months c on c.person_id = u.person_id and c.month between u.month_from and u.month_to
  join programme.worker_months w on w.person_id = c.person_id and w.month = c.month
 where u.person_id = any(persons)
 order by c.person_id, c.month, u.kind
on conflict (person_id, month, coalesce(follows_id, 0)) where kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null do nothing;
    return null;
end $$
-- next
create trigger find_months_in_vain after insert on programme.life_events
    referencing new table as arrived for each statement execute function programme.find_months_in_vain()
-- next
create function programme.follow_withdrawn() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    new.follows_id := (select max(e.id) from life_events e join life_event_withdrawals w on w.event_id = e.id
                        where e.person_id = new.person_id and e.kind = new.kind and e.event_date = new.event_date);
    return new;
end $$
-- next
create trigger follow_withdrawn before insert on programme.life_events
    for each row execute function programme.follow_withdrawn()
-- next
create function programme.refuse_moving_billed_months() returns trigger language plpgsql as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from programme.worker_months w where w.decree_line_id = new.replaces_line_id
               and w.month >= case new.action when 'termination' then new.month_to + 1 else new.month_from end)
    then raise exception 'line % is billed beyond that month', new.replaces_line_id using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_moving_billed_months before insert on programme.decree_lines
    for each row when (new.replaces_line_id is not null) execute function programme.refuse_moving_billed_months()
-- next
create function programme.refuse_unheld_months() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.decree_lines'));
    if exists (select from added a
               join decree_lines l on l.id = a.decree_line_id
               left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.action = 'termination' or a.month < l.month_from or a.month > least(l.month_to, e.month_to))
    then raise exception 'a month is billed that no line protects' using errcode = 'restrict_violation'; end if;
    return null;
end $$
-- next
create trigger refuse_unheld_months after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.refuse_unheld_months()
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
-- next
create function programme.keep_who_is_on_lists() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from decree_lines l left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.person_id = old.id and l.action <> 'termination'
                 and coalesce(e.month_to, l.month_to) >= date_trunc('month', now() at time zone 'Asia/Makassar'))
       or exists (select from worker_months w left join confirmed_months c using (person_id, month)
                  where w.person_id = old.id and c.person_id is null)
    then raise exception 'person % stands on a list in force', old.id using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger keep_who_is_on_lists before update of merged_into_id, nik_sealed on programme.people for each row
    when ((old.merged_into_id is null and new.merged_into_id is not null) or (old.nik_sealed is not null and new.nik_sealed is null))
    execute function programme.keep_who_is_on_lists()
