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
create schema if not exists marts authorization jamsos_dbt
-- next
grant usage on schema marts to jamsos_reports, jamsos_analyst
-- next
alter default privileges for role jamsos_dbt in schema marts grant select on tables to jamsos_reports, jamsos_analyst
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
CREATE TABLE programme.agencies (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT agencies_kind_check CHECK (kind in ('regency_office', 'village_office', 'province', 'bpjs_branch', 'auditor', 'analyst', 'public')), 
	region_code TEXT COLLATE "C", 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
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
	valid_from DATE NOT NULL CONSTRAINT contribution_rates_valid_from_check CHECK (extract(day from valid_from) = 1), 
	valid_to DATE CONSTRAINT contribution_rates_valid_to_check CHECK (extract(day from valid_to) = 1), 
	source TEXT NOT NULL, 
	verified_on DATE, 
	CONSTRAINT contribution_rates_pkey PRIMARY KEY (id)
)
-- next
CREATE TABLE programme.criteria (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	code TEXT COLLATE "C" NOT NULL, 
	version INTEGER NOT NULL, 
	document JSONB NOT NULL, 
	document_sha256 BYTEA NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT criteria_pkey PRIMARY KEY (id), 
	CONSTRAINT criteria_code_version_key UNIQUE (code, version)
)
-- next
CREATE TABLE programme.enrolment_answer_files (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	file_name TEXT NOT NULL, 
	file_sha256 BYTEA NOT NULL, 
	row_count INTEGER NOT NULL, 
	recorded_count INTEGER NOT NULL, 
	left_aside_count INTEGER NOT NULL, 
	read_by TEXT NOT NULL, 
	read_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT enrolment_answer_files_pkey PRIMARY KEY (id)
)
-- next
CREATE INDEX enrolment_answer_files_file_sha256_idx ON programme.enrolment_answer_files (file_sha256)
-- next
CREATE TABLE programme.provinces (
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	CONSTRAINT provinces_pkey PRIMARY KEY (code)
)
-- next
CREATE TABLE programme.trusted_documents (
	id TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	body TEXT NOT NULL, 
	trusted_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT trusted_documents_pkey PRIMARY KEY (id)
)
-- next
CREATE TABLE programme.api_keys (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	label TEXT NOT NULL, 
	prefix TEXT COLLATE "C" NOT NULL, 
	secret_hash BYTEA NOT NULL, 
	scopes TEXT[] NOT NULL, 
	expires_at TIMESTAMP WITH TIME ZONE, 
	revoked_at TIMESTAMP WITH TIME ZONE, 
	last_used_at TIMESTAMP WITH TIME ZONE, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT api_keys_pkey PRIMARY KEY (id), 
	CONSTRAINT api_keys_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id), 
	CONSTRAINT api_keys_prefix_key UNIQUE (prefix)
)
-- next
CREATE INDEX api_keys_agency_id_idx ON programme.api_keys (agency_id)
-- next
CREATE TABLE programme.audit_entries (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	actor TEXT NOT NULL, 
	agency_id BIGINT, 
	act TEXT COLLATE "C" NOT NULL, 
	purpose TEXT, 
	subject TEXT COLLATE "C", 
	subject_ids BIGINT[] DEFAULT '{}' NOT NULL, 
	fields TEXT[] DEFAULT '{}' NOT NULL, 
	request_id TEXT COLLATE "C", 
	details JSONB DEFAULT '{}' NOT NULL, 
	CONSTRAINT audit_entries_pkey PRIMARY KEY (id), 
	CONSTRAINT audit_entries_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id)
)
-- next
CREATE INDEX audit_entries_at_idx ON programme.audit_entries (at)
-- next
CREATE TABLE programme.idempotency_keys (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	agency_id BIGINT NOT NULL, 
	key TEXT COLLATE "C" NOT NULL, 
	operation_hash BYTEA NOT NULL, 
	answer_sealed BYTEA, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id), 
	CONSTRAINT idempotency_keys_agency_id_key_key UNIQUE (agency_id, key), 
	CONSTRAINT idempotency_keys_agency_id_fkey FOREIGN KEY(agency_id) REFERENCES programme.agencies (id)
)
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
CREATE TABLE programme.funds (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	code TEXT COLLATE "C" NOT NULL, 
	name TEXT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT funds_kind_check CHECK (kind in ('regional_budget', 'tobacco_excise', 'palm_oil', 'province_budget', 'village_budget', 'csr', 'zakat', 'donation')), 
	fiscal_year SMALLINT NOT NULL, 
	regulation TEXT, 
	account_code TEXT COLLATE "C", 
	account_name TEXT, 
	is_via_apbd BOOLEAN NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT funds_pkey PRIMARY KEY (id), 
	CONSTRAINT funds_code_key UNIQUE (code), 
	CONSTRAINT funds_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE INDEX funds_regency_code_idx ON programme.funds (regency_code)
-- next
CREATE TABLE programme.registry_loads (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	source TEXT COLLATE "C" NOT NULL CONSTRAINT registry_loads_source_check CHECK (source in ('p3ke', 'dtks', 'dtsen', 'disability', 'province')), 
	as_of DATE NOT NULL, 
	file_name TEXT NOT NULL, 
	file_sha256 BYTEA NOT NULL, 
	byte_size BIGINT NOT NULL, 
	sheet TEXT, 
	header_line INTEGER NOT NULL, 
	columns JSONB NOT NULL, 
	rows_received INTEGER NOT NULL, 
	rows_kept INTEGER NOT NULL, 
	rows_rejected INTEGER NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	loaded_by TEXT NOT NULL, 
	loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT registry_loads_pkey PRIMARY KEY (id), 
	CONSTRAINT registry_loads_file_sha256_key UNIQUE (file_sha256), 
	CONSTRAINT registry_loads_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE TABLE programme.documents (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT documents_kind_check CHECK (kind in ('receipt', 'spp', 'spm', 'sp2d', 'bank_statement', 'insurer_receipt')), 
	number TEXT COLLATE "C" NOT NULL, 
	document_date DATE NOT NULL, 
	amount BIGINT, 
	fund_id BIGINT, 
	file_sha256 BYTEA, 
	description TEXT, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT documents_pkey PRIMARY KEY (id), 
	CONSTRAINT documents_kind_number_key UNIQUE (kind, number), 
	CONSTRAINT documents_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id), 
	CONSTRAINT documents_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
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
	day DATE NOT NULL, 
	field TEXT COLLATE "C" NOT NULL, 
	account TEXT COLLATE "C" NOT NULL CONSTRAINT fund_days_account_check CHECK (account in ('cash', 'received', 'contribution', 'refund', 'carried', 'budget', 'free', 'committed', 'payable')), 
	amount BIGINT NOT NULL, 
	CONSTRAINT fund_days_pkey PRIMARY KEY (fund_id, day, field, account), 
	CONSTRAINT fund_days_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
)
-- next
CREATE TABLE programme.fund_shares (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	fund_id BIGINT NOT NULL, 
	field TEXT COLLATE "C" NOT NULL CONSTRAINT fund_shares_field_check CHECK (field ~ '^[a-z_]+$'), 
	basis_points INTEGER NOT NULL CONSTRAINT fund_shares_basis_points_check CHECK (basis_points between 0 and 10000), 
	pays_contributions BOOLEAN NOT NULL, 
	source TEXT NOT NULL, 
	valid_from DATE NOT NULL, 
	verified_on DATE, 
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
CREATE TABLE programme.pledges (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	code TEXT COLLATE "C" NOT NULL, 
	fund_id BIGINT NOT NULL, 
	pledged_date DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	donor_name TEXT, 
	is_named BOOLEAN NOT NULL, 
	phone_sealed BYTEA, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT pledges_pkey PRIMARY KEY (id), 
	CONSTRAINT pledges_code_key UNIQUE (code), 
	CONSTRAINT pledges_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id)
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
	year SMALLINT NOT NULL, 
	criteria_id BIGINT NOT NULL, 
	fund_id BIGINT, 
	ceiling BIGINT NOT NULL, 
	headcount INTEGER, 
	month_from DATE NOT NULL CONSTRAINT selection_runs_month_from_check CHECK (extract(day from month_from) = 1), 
	month_to DATE NOT NULL CONSTRAINT selection_runs_month_to_check CHECK (extract(day from month_to) = 1), 
	as_of DATE NOT NULL, 
	rate BIGINT NOT NULL, 
	worker_cost BIGINT NOT NULL, 
	fund_kind TEXT COLLATE "C" CONSTRAINT selection_runs_fund_kind_check CHECK (fund_kind in ('regional_budget', 'tobacco_excise', 'palm_oil', 'province_budget', 'village_budget', 'csr', 'zakat', 'donation')), 
	candidates INTEGER NOT NULL, 
	eligible INTEGER NOT NULL, 
	chosen INTEGER NOT NULL, 
	cost BIGINT NOT NULL, 
	inputs_sha256 BYTEA NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	run_by TEXT NOT NULL, 
	run_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT selection_runs_pkey PRIMARY KEY (id), 
	CONSTRAINT selection_runs_criteria_id_fkey FOREIGN KEY(criteria_id) REFERENCES programme.criteria (id), 
	CONSTRAINT selection_runs_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id), 
	CONSTRAINT selection_runs_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
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
CREATE TABLE programme.bank_lines (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	statement_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	booked_date DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	reference TEXT COLLATE "C", 
	line_sha256 BYTEA NOT NULL, 
	description_sealed BYTEA NOT NULL, 
	CONSTRAINT bank_lines_pkey PRIMARY KEY (id), 
	CONSTRAINT bank_lines_statement_id_line_key UNIQUE (statement_id, line), 
	CONSTRAINT bank_lines_statement_id_fkey FOREIGN KEY(statement_id) REFERENCES programme.documents (id), 
	CONSTRAINT bank_lines_line_sha256_key UNIQUE (line_sha256)
)
-- next
CREATE TABLE programme.decrees (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	number TEXT COLLATE "C" NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT decrees_kind_check CHECK (kind in ('determination', 'amendment')), 
	signed_date DATE NOT NULL, 
	year SMALLINT NOT NULL, 
	month_from DATE NOT NULL CONSTRAINT decrees_month_from_check CHECK (extract(day from month_from) = 1), 
	month_to DATE NOT NULL CONSTRAINT decrees_month_to_check CHECK (extract(day from month_to) = 1), 
	legal_base TEXT NOT NULL, 
	run_id BIGINT, 
	fund_id BIGINT NOT NULL, 
	amends_id BIGINT, 
	rate BIGINT NOT NULL, 
	worker_count INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	issued_by TEXT NOT NULL, 
	issued_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT decrees_pkey PRIMARY KEY (id), 
	CONSTRAINT decrees_number_key UNIQUE (number), 
	CONSTRAINT decrees_run_id_key UNIQUE (run_id), 
	CONSTRAINT decrees_run_id_fkey FOREIGN KEY(run_id) REFERENCES programme.selection_runs (id), 
	CONSTRAINT decrees_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id), 
	CONSTRAINT decrees_amends_id_fkey FOREIGN KEY(amends_id) REFERENCES programme.decrees (id), 
	CONSTRAINT decrees_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE INDEX decrees_amends_id_idx ON programme.decrees (amends_id)
-- next
CREATE INDEX decrees_fund_id_idx ON programme.decrees (fund_id)
-- next
CREATE TABLE programme.journal_transactions (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	fund_id BIGINT NOT NULL, 
	number BIGINT NOT NULL, 
	day DATE NOT NULL, 
	act TEXT COLLATE "C" NOT NULL CONSTRAINT journal_transactions_act_check CHECK (act in ('receive', 'donate', 'commit', 'release', 'bill', 'pay', 'refund', 'carry', 'reverse')), 
	reference TEXT COLLATE "C", 
	document_id BIGINT, 
	reverses_id BIGINT, 
	memo TEXT, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	postings_sha256 BYTEA NOT NULL, 
	previous_hash BYTEA, 
	hash BYTEA NOT NULL, 
	CONSTRAINT journal_transactions_pkey PRIMARY KEY (id), 
	CONSTRAINT journal_transactions_fund_id_number_key UNIQUE (fund_id, number), 
	CONSTRAINT journal_transactions_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id), 
	CONSTRAINT journal_transactions_document_id_fkey FOREIGN KEY(document_id) REFERENCES programme.documents (id), 
	CONSTRAINT journal_transactions_reverses_id_key UNIQUE (reverses_id), 
	CONSTRAINT journal_transactions_reverses_id_fkey FOREIGN KEY(reverses_id) REFERENCES programme.journal_transactions (id)
)
-- next
CREATE INDEX journal_transactions_document_id_idx ON programme.journal_transactions (document_id)
-- next
CREATE INDEX journal_transactions_reference_idx ON programme.journal_transactions (reference)
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
	birth_date DATE, 
	address TEXT, 
	village_code TEXT COLLATE "C", 
	occupation TEXT COLLATE "C" CONSTRAINT people_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	relation TEXT COLLATE "C" CONSTRAINT people_relation_check CHECK (relation in ('head', 'spouse', 'child', 'parent', 'other')), 
	marital_status TEXT COLLATE "C" CONSTRAINT people_marital_status_check CHECK (marital_status in ('single', 'married', 'divorced', 'widowed')), 
	disability TEXT COLLATE "C" CONSTRAINT people_disability_check CHECK (disability in ('physical', 'sensory', 'intellectual', 'mental', 'multiple', 'unspecified')), 
	decile SMALLINT, 
	decile_source TEXT COLLATE "C" CONSTRAINT people_decile_source_check CHECK (decile_source in ('p3ke', 'dtks', 'dtsen', 'disability', 'province')), 
	decile_as_of DATE, 
	is_dukcapil_matched BOOLEAN, 
	other_payer_from DATE CONSTRAINT people_other_payer_from_check CHECK (extract(day from other_payer_from) = 1), 
	other_payer_to DATE CONSTRAINT people_other_payer_to_check CHECK (extract(day from other_payer_to) = 1), 
	version INTEGER DEFAULT '1' NOT NULL, 
	updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT people_pkey PRIMARY KEY (id), 
	CONSTRAINT people_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code)
)
-- next
CREATE INDEX people_kk_sealed_idx ON programme.people (kk_sealed)
-- next
CREATE INDEX people_name_key_birth_date_idx ON programme.people (name_key, birth_date)
-- next
CREATE UNIQUE INDEX people_nik_sealed_key ON programme.people (nik_sealed)
-- next
CREATE INDEX people_village_code_idx ON programme.people (village_code)
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
	birth_date DATE, 
	address TEXT, 
	village_code TEXT COLLATE "C", 
	occupation_text TEXT, 
	occupation TEXT COLLATE "C" CONSTRAINT registry_rows_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	relation TEXT COLLATE "C" CONSTRAINT registry_rows_relation_check CHECK (relation in ('head', 'spouse', 'child', 'parent', 'other')), 
	marital_status TEXT COLLATE "C" CONSTRAINT registry_rows_marital_status_check CHECK (marital_status in ('single', 'married', 'divorced', 'widowed')), 
	disability TEXT COLLATE "C" CONSTRAINT registry_rows_disability_check CHECK (disability in ('physical', 'sensory', 'intellectual', 'mental', 'multiple', 'unspecified')), 
	decile SMALLINT, 
	is_dukcapil_matched BOOLEAN, 
	presence TEXT COLLATE "C" CONSTRAINT registry_rows_presence_check CHECK (presence in ('present', 'moved', 'died')), 
	paid_from DATE CONSTRAINT registry_rows_paid_from_check CHECK (extract(day from paid_from) = 1), 
	paid_to DATE CONSTRAINT registry_rows_paid_to_check CHECK (extract(day from paid_to) = 1), 
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
CREATE TABLE programme.run_approvals (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	run_id BIGINT NOT NULL, 
	step TEXT COLLATE "C" NOT NULL, 
	officer TEXT NOT NULL, 
	officer_key TEXT COLLATE "C" NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	note TEXT, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	recorded_by TEXT NOT NULL, 
	approved_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT run_approvals_pkey PRIMARY KEY (id), 
	CONSTRAINT run_approvals_run_id_step_key UNIQUE (run_id, step), 
	CONSTRAINT run_approvals_run_id_officer_key_key UNIQUE (run_id, officer_key), 
	CONSTRAINT run_approvals_run_id_fkey FOREIGN KEY(run_id) REFERENCES programme.selection_runs (id), 
	CONSTRAINT run_approvals_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE TABLE programme.selection_inputs (
	run_id BIGINT NOT NULL, 
	first_person_id BIGINT NOT NULL, 
	last_person_id BIGINT NOT NULL, 
	content BYTEA NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT selection_inputs_pkey PRIMARY KEY (run_id, first_person_id), 
	CONSTRAINT selection_inputs_run_id_fkey FOREIGN KEY(run_id) REFERENCES programme.selection_runs (id), 
	CONSTRAINT selection_inputs_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE TABLE programme.bills (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	billing_code TEXT COLLATE "C" NOT NULL, 
	decree_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	month_from DATE NOT NULL CONSTRAINT bills_month_from_check CHECK (extract(day from month_from) = 1), 
	month_to DATE NOT NULL CONSTRAINT bills_month_to_check CHECK (extract(day from month_to) = 1), 
	issued_date DATE NOT NULL, 
	worker_count INTEGER NOT NULL, 
	worker_months INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	list_sha256 BYTEA NOT NULL, 
	transaction_id BIGINT NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT bills_pkey PRIMARY KEY (id), 
	CONSTRAINT bills_billing_code_key UNIQUE (billing_code), 
	CONSTRAINT bills_decree_id_fkey FOREIGN KEY(decree_id) REFERENCES programme.decrees (id), 
	CONSTRAINT bills_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id), 
	CONSTRAINT bills_transaction_id_fkey FOREIGN KEY(transaction_id) REFERENCES programme.journal_transactions (id), 
	CONSTRAINT bills_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE INDEX bills_decree_id_idx ON programme.bills (decree_id)
-- next
CREATE INDEX bills_fund_id_idx ON programme.bills (fund_id)
-- next
CREATE TABLE programme.claims (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	number TEXT COLLATE "C" NOT NULL, 
	person_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT claims_kind_check CHECK (kind in ('death', 'work_injury', 'work_death', 'scholarship')), 
	event_date DATE NOT NULL, 
	paid_date DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	valid_month DATE CONSTRAINT claims_valid_month_check CHECK (extract(day from valid_month) = 1), 
	file_sha256 BYTEA NOT NULL, 
	line INTEGER NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT claims_pkey PRIMARY KEY (id), 
	CONSTRAINT claims_number_key UNIQUE (number), 
	CONSTRAINT claims_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX claims_person_id_idx ON programme.claims (person_id)
-- next
CREATE TABLE programme.complaints (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	code_sha256 BYTEA NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT complaints_kind_check CHECK (kind in ('not_chosen', 'wrong_facts', 'should_not_receive', 'other')), 
	regency_code TEXT COLLATE "C" NOT NULL, 
	run_id BIGINT, 
	person_id BIGINT, 
	words_sealed BYTEA NOT NULL, 
	contact_sealed BYTEA, 
	filed_date DATE NOT NULL, 
	due_date DATE NOT NULL, 
	filed_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT complaints_pkey PRIMARY KEY (id), 
	CONSTRAINT complaints_code_sha256_key UNIQUE (code_sha256), 
	CONSTRAINT complaints_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code), 
	CONSTRAINT complaints_run_id_fkey FOREIGN KEY(run_id) REFERENCES programme.selection_runs (id), 
	CONSTRAINT complaints_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX complaints_person_id_idx ON programme.complaints (person_id)
-- next
CREATE INDEX complaints_regency_code_idx ON programme.complaints (regency_code)
-- next
CREATE TABLE programme.decree_lines (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	decree_id BIGINT NOT NULL, 
	line INTEGER NOT NULL, 
	action TEXT COLLATE "C" NOT NULL CONSTRAINT decree_lines_action_check CHECK (action in ('inclusion', 'termination', 'replacement')), 
	person_id BIGINT NOT NULL, 
	replaces_line_id BIGINT, 
	reason TEXT COLLATE "C" CONSTRAINT decree_lines_reason_check CHECK (reason in ('died', 'moved', 'became_wage_earner', 'became_civil_servant', 'refused', 'too_old', 'duplicate', 'found_ineligible', 'refused_by_insurer', 'other_payer')), 
	month_from DATE NOT NULL CONSTRAINT decree_lines_month_from_check CHECK (extract(day from month_from) = 1), 
	month_to DATE NOT NULL CONSTRAINT decree_lines_month_to_check CHECK (extract(day from month_to) = 1), 
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
CREATE TABLE programme.donation_matches (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	bank_line_id BIGINT NOT NULL, 
	pledge_id BIGINT, 
	outcome TEXT COLLATE "C" NOT NULL CONSTRAINT donation_matches_outcome_check CHECK (outcome in ('exact', 'partial', 'over', 'unknown', 'duplicate', 'refunded', 'outgoing')), 
	amount BIGINT NOT NULL, 
	transaction_id BIGINT, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT donation_matches_pkey PRIMARY KEY (id), 
	CONSTRAINT donation_matches_bank_line_id_key UNIQUE (bank_line_id), 
	CONSTRAINT donation_matches_bank_line_id_fkey FOREIGN KEY(bank_line_id) REFERENCES programme.bank_lines (id), 
	CONSTRAINT donation_matches_pledge_id_fkey FOREIGN KEY(pledge_id) REFERENCES programme.pledges (id), 
	CONSTRAINT donation_matches_transaction_id_fkey FOREIGN KEY(transaction_id) REFERENCES programme.journal_transactions (id)
)
-- next
CREATE INDEX donation_matches_pledge_id_idx ON programme.donation_matches (pledge_id)
-- next
CREATE TABLE programme.enrolment_batches (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	decree_id BIGINT NOT NULL, 
	worker_count INTEGER NOT NULL, 
	carried_count INTEGER DEFAULT '0' NOT NULL, 
	file_sha256 BYTEA NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	sent_by TEXT NOT NULL, 
	sent_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT enrolment_batches_pkey PRIMARY KEY (id), 
	CONSTRAINT enrolment_batches_decree_id_fkey FOREIGN KEY(decree_id) REFERENCES programme.decrees (id), 
	CONSTRAINT enrolment_batches_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE INDEX enrolment_batches_decree_id_idx ON programme.enrolment_batches (decree_id)
-- next
CREATE TABLE programme.life_events (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	person_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT life_events_kind_check CHECK (kind in ('died', 'moved', 'became_wage_earner', 'became_civil_servant', 'refused')), 
	event_date DATE NOT NULL, 
	source TEXT NOT NULL, 
	remark TEXT, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT life_events_pkey PRIMARY KEY (id), 
	CONSTRAINT life_events_person_id_kind_event_date_key UNIQUE (person_id, kind, event_date), 
	CONSTRAINT life_events_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX life_events_person_id_idx ON programme.life_events (person_id)
-- next
CREATE TABLE programme.match_reviews (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT match_reviews_kind_check CHECK (kind in ('other_name', 'second_nik', 'several')), 
	row_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C", 
	raised_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT match_reviews_pkey PRIMARY KEY (id), 
	CONSTRAINT match_reviews_row_id_person_id_kind_key UNIQUE (row_id, person_id, kind), 
	CONSTRAINT match_reviews_row_id_fkey FOREIGN KEY(row_id) REFERENCES programme.registry_rows (id), 
	CONSTRAINT match_reviews_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX match_reviews_person_id_idx ON programme.match_reviews (person_id)
-- next
CREATE TABLE programme.person_groups (
	person_id BIGINT NOT NULL, 
	group_code TEXT COLLATE "C" NOT NULL CONSTRAINT person_groups_group_code_check CHECK (group_code in ('single_mother', 'disability', 'farmer', 'fisher', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'other_worker')), 
	village_code TEXT COLLATE "C", 
	since TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT person_groups_pkey PRIMARY KEY (person_id, group_code), 
	CONSTRAINT person_groups_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE TABLE programme.person_sources (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	person_id BIGINT NOT NULL, 
	row_id BIGINT NOT NULL, 
	method TEXT COLLATE "C" NOT NULL CONSTRAINT person_sources_method_check CHECK (method in ('nik', 'household', 'probabilistic', 'human')), 
	score NUMERIC(5, 4) NOT NULL, 
	matched_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT person_sources_pkey PRIMARY KEY (id), 
	CONSTRAINT person_sources_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT person_sources_row_id_fkey FOREIGN KEY(row_id) REFERENCES programme.registry_rows (id)
)
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
	birth_date DATE, 
	address TEXT, 
	village_code TEXT COLLATE "C", 
	occupation TEXT COLLATE "C" CONSTRAINT person_versions_occupation_check CHECK (occupation in ('farmer', 'farm_labourer', 'fisher', 'livestock', 'driver', 'trader', 'day_labourer', 'domestic_worker', 'artisan', 'boat_crew', 'religious_worker', 'employed', 'other', 'none')), 
	relation TEXT COLLATE "C" CONSTRAINT person_versions_relation_check CHECK (relation in ('head', 'spouse', 'child', 'parent', 'other')), 
	marital_status TEXT COLLATE "C" CONSTRAINT person_versions_marital_status_check CHECK (marital_status in ('single', 'married', 'divorced', 'widowed')), 
	disability TEXT COLLATE "C" CONSTRAINT person_versions_disability_check CHECK (disability in ('physical', 'sensory', 'intellectual', 'mental', 'multiple', 'unspecified')), 
	decile SMALLINT, 
	decile_source TEXT COLLATE "C" CONSTRAINT person_versions_decile_source_check CHECK (decile_source in ('p3ke', 'dtks', 'dtsen', 'disability', 'province')), 
	decile_as_of DATE, 
	is_dukcapil_matched BOOLEAN, 
	other_payer_from DATE CONSTRAINT person_versions_other_payer_from_check CHECK (extract(day from other_payer_from) = 1), 
	other_payer_to DATE CONSTRAINT person_versions_other_payer_to_check CHECK (extract(day from other_payer_to) = 1), 
	version INTEGER NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT person_versions_pkey PRIMARY KEY (person_id, version), 
	CONSTRAINT person_versions_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id), 
	CONSTRAINT person_versions_village_code_fkey FOREIGN KEY(village_code) REFERENCES programme.villages (code)
)
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
CREATE TABLE programme.complaint_steps (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	complaint_id BIGINT NOT NULL, 
	step TEXT COLLATE "C" NOT NULL CONSTRAINT complaint_steps_step_check CHECK (step in ('answered', 'decided', 'appealed', 'appeal_decided')), 
	decision TEXT COLLATE "C" CONSTRAINT complaint_steps_decision_check CHECK (decision in ('upheld', 'rejected')), 
	words_sealed BYTEA, 
	officer TEXT, 
	officer_key TEXT COLLATE "C", 
	done_date DATE NOT NULL, 
	recorded_by TEXT NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT complaint_steps_pkey PRIMARY KEY (id), 
	CONSTRAINT complaint_steps_complaint_id_step_key UNIQUE (complaint_id, step), 
	CONSTRAINT complaint_steps_complaint_id_officer_key_key UNIQUE (complaint_id, officer_key), 
	CONSTRAINT complaint_steps_complaint_id_fkey FOREIGN KEY(complaint_id) REFERENCES programme.complaints (id)
)
-- next
CREATE TABLE programme.enrolments (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	batch_id BIGINT NOT NULL, 
	decree_line_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	start_month DATE NOT NULL CONSTRAINT enrolments_start_month_check CHECK (extract(day from start_month) = 1), 
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
CREATE TABLE programme.insurer_receipts (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	bill_id BIGINT NOT NULL, 
	document_id BIGINT NOT NULL, 
	received_date DATE NOT NULL, 
	worker_months INTEGER NOT NULL, 
	amount BIGINT NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT insurer_receipts_pkey PRIMARY KEY (id), 
	CONSTRAINT insurer_receipts_bill_id_fkey FOREIGN KEY(bill_id) REFERENCES programme.bills (id), 
	CONSTRAINT insurer_receipts_document_id_key UNIQUE (document_id), 
	CONSTRAINT insurer_receipts_document_id_fkey FOREIGN KEY(document_id) REFERENCES programme.documents (id), 
	CONSTRAINT insurer_receipts_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE INDEX insurer_receipts_bill_id_idx ON programme.insurer_receipts (bill_id)
-- next
CREATE TABLE programme.payments (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	bill_id BIGINT NOT NULL, 
	fund_id BIGINT NOT NULL, 
	sp2d_id BIGINT NOT NULL, 
	spp_id BIGINT, 
	spm_id BIGINT, 
	paid_date DATE NOT NULL, 
	amount BIGINT NOT NULL, 
	transaction_id BIGINT NOT NULL, 
	regency_code TEXT COLLATE "C" NOT NULL, 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT payments_pkey PRIMARY KEY (id), 
	CONSTRAINT payments_bill_id_fkey FOREIGN KEY(bill_id) REFERENCES programme.bills (id), 
	CONSTRAINT payments_fund_id_fkey FOREIGN KEY(fund_id) REFERENCES programme.funds (id), 
	CONSTRAINT payments_sp2d_id_key UNIQUE (sp2d_id), 
	CONSTRAINT payments_sp2d_id_fkey FOREIGN KEY(sp2d_id) REFERENCES programme.documents (id), 
	CONSTRAINT payments_spp_id_fkey FOREIGN KEY(spp_id) REFERENCES programme.documents (id), 
	CONSTRAINT payments_spm_id_fkey FOREIGN KEY(spm_id) REFERENCES programme.documents (id), 
	CONSTRAINT payments_transaction_id_fkey FOREIGN KEY(transaction_id) REFERENCES programme.journal_transactions (id), 
	CONSTRAINT payments_regency_code_fkey FOREIGN KEY(regency_code) REFERENCES programme.regencies (code)
)
-- next
CREATE INDEX payments_bill_id_idx ON programme.payments (bill_id)
-- next
CREATE INDEX payments_fund_id_idx ON programme.payments (fund_id)
-- next
CREATE TABLE programme.worker_months (
	person_id BIGINT NOT NULL, 
	month DATE NOT NULL CONSTRAINT worker_months_month_check CHECK (extract(day from month) = 1), 
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
CREATE TABLE programme.confirmed_months (
	person_id BIGINT NOT NULL, 
	month DATE NOT NULL CONSTRAINT confirmed_months_month_check CHECK (extract(day from month) = 1), 
	receipt_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT confirmed_months_pkey PRIMARY KEY (person_id, month), 
	CONSTRAINT confirmed_months_person_id_month_fkey FOREIGN KEY(person_id, month) REFERENCES programme.worker_months (person_id, month), 
	CONSTRAINT confirmed_months_receipt_id_fkey FOREIGN KEY(receipt_id) REFERENCES programme.insurer_receipts (id)
)
-- next
CREATE INDEX confirmed_months_receipt_id_idx ON programme.confirmed_months (receipt_id)
-- next
CREATE TABLE programme.enrolment_answers (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	enrolment_id BIGINT NOT NULL, 
	person_id BIGINT NOT NULL, 
	answer TEXT COLLATE "C" NOT NULL CONSTRAINT enrolment_answers_answer_check CHECK (answer in ('accepted', 'refused', 'already_member')), 
	membership_number TEXT COLLATE "C", 
	start_month DATE CONSTRAINT enrolment_answers_start_month_check CHECK (extract(day from start_month) = 1), 
	reason TEXT, 
	file_sha256 BYTEA NOT NULL, 
	line INTEGER NOT NULL, 
	carried_from_id BIGINT, 
	village_code TEXT COLLATE "C" NOT NULL, 
	answered_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
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
CREATE TABLE programme.paid_months (
	person_id BIGINT NOT NULL, 
	month DATE NOT NULL CONSTRAINT paid_months_month_check CHECK (extract(day from month) = 1), 
	payment_id BIGINT NOT NULL, 
	village_code TEXT COLLATE "C" NOT NULL, 
	CONSTRAINT paid_months_pkey PRIMARY KEY (person_id, month), 
	CONSTRAINT paid_months_person_id_month_fkey FOREIGN KEY(person_id, month) REFERENCES programme.worker_months (person_id, month), 
	CONSTRAINT paid_months_payment_id_fkey FOREIGN KEY(payment_id) REFERENCES programme.payments (id)
)
-- next
CREATE INDEX paid_months_payment_id_idx ON programme.paid_months (payment_id)
-- next
CREATE TABLE programme.receipt_differences (
	id BIGINT GENERATED ALWAYS AS IDENTITY, 
	receipt_id BIGINT NOT NULL, 
	kind TEXT COLLATE "C" NOT NULL CONSTRAINT receipt_differences_kind_check CHECK (kind in ('not_confirmed', 'unknown_member', 'not_billed', 'wrong_month', 'not_paid', 'short', 'over', 'double')), 
	line INTEGER, 
	person_id BIGINT, 
	month DATE CONSTRAINT receipt_differences_month_check CHECK (extract(day from month) = 1), 
	billed_amount BIGINT NOT NULL, 
	received_amount BIGINT NOT NULL, 
	village_code TEXT COLLATE "C", 
	recorded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT receipt_differences_pkey PRIMARY KEY (id), 
	CONSTRAINT receipt_differences_receipt_id_fkey FOREIGN KEY(receipt_id) REFERENCES programme.insurer_receipts (id), 
	CONSTRAINT receipt_differences_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX receipt_differences_receipt_id_idx ON programme.receipt_differences (receipt_id)
-- next

            create view programme.coverage_months with (security_invoker = true) as
            select w.person_id, w.month, w.bill_id, w.decree_line_id, w.fund_id, w.group_code, w.village_code,
                   w.jkk_amount, w.jkm_amount, w.amount,
                   case when c.person_id is not null then 'confirmed' when p.person_id is not null then 'paid' else 'billed' end
                       as state,
                   p.payment_id, c.receipt_id
            from programme.worker_months w
            left join programme.paid_months p using (person_id, month)
            left join programme.confirmed_months c using (person_id, month)
        
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
grant select, insert on programme.enrolment_answer_files to jamsos_api
-- next
grant select on programme.enrolment_answer_files to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.trusted_documents for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.trusted_documents for each statement execute function programme.refuse_change()
-- next
grant select, insert on programme.trusted_documents to jamsos_api
-- next
grant select on programme.trusted_documents to jamsos_dbt
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
    or audit_entries.agency_id is null and current_setting('jamsos.sight_from', true) = '0') with check (true)
-- next
create policy dbt on programme.audit_entries for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.audit_entries to jamsos_api
-- next
grant select on programme.audit_entries to jamsos_dbt
-- next
grant select, insert, update on programme.idempotency_keys to jamsos_api
-- next
grant select on programme.idempotency_keys to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.funds for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.funds for each statement execute function programme.refuse_change()
-- next
alter table programme.funds enable row level security
-- next
create policy api on programme.funds to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.funds for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.funds to jamsos_api
-- next
grant select on programme.funds to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_loads for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_loads for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_loads enable row level security
-- next
create policy api on programme.registry_loads to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.registry_loads for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_loads to jamsos_api
-- next
grant select on programme.registry_loads to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.documents for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.documents for each statement execute function programme.refuse_change()
-- next
alter table programme.documents enable row level security
-- next
create policy api on programme.documents to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.documents for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.documents to jamsos_api
-- next
grant select on programme.documents to jamsos_dbt
-- next
alter table programme.fund_balances enable row level security
-- next
create policy api on programme.fund_balances to jamsos_api using (exists (select from programme.funds p where p.id = fund_balances.fund_id)) with check (exists (select from programme.funds p where p.id = fund_balances.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_balances for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.fund_balances to jamsos_api
-- next
grant select on programme.fund_balances to jamsos_dbt
-- next
alter table programme.fund_days enable row level security
-- next
create policy api on programme.fund_days to jamsos_api using (exists (select from programme.funds p where p.id = fund_days.fund_id)) with check (exists (select from programme.funds p where p.id = fund_days.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_days for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.fund_days to jamsos_api
-- next
grant select on programme.fund_days to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.fund_shares for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.fund_shares for each statement execute function programme.refuse_change()
-- next
alter table programme.fund_shares enable row level security
-- next
create policy api on programme.fund_shares to jamsos_api using (exists (select from programme.funds p where p.id = fund_shares.fund_id)) with check (exists (select from programme.funds p where p.id = fund_shares.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.fund_shares for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.fund_shares to jamsos_api
-- next
grant select on programme.fund_shares to jamsos_dbt
-- next
alter table programme.journal_heads enable row level security
-- next
create policy api on programme.journal_heads to jamsos_api using (exists (select from programme.funds p where p.id = journal_heads.fund_id)) with check (exists (select from programme.funds p where p.id = journal_heads.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.journal_heads for select to jamsos_dbt using (true)
-- next
grant select, insert, update on programme.journal_heads to jamsos_api
-- next
grant select on programme.journal_heads to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.pledges for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.pledges for each statement execute function programme.refuse_change()
-- next
alter table programme.pledges enable row level security
-- next
create policy api on programme.pledges to jamsos_api using (exists (select from programme.funds p where p.id = pledges.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.funds p where p.id = pledges.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
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
create policy api on programme.registry_arrivals to jamsos_api using (exists (select from programme.registry_loads p where p.id = registry_arrivals.load_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.registry_loads p where p.id = registry_arrivals.load_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.registry_arrivals for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.registry_arrivals to jamsos_api
-- next
grant select on programme.registry_arrivals to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.registry_parts for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.registry_parts for each statement execute function programme.refuse_change()
-- next
alter table programme.registry_parts enable row level security
-- next
create policy api on programme.registry_parts to jamsos_api using (exists (select from programme.registry_loads p where p.id = registry_parts.load_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.registry_loads p where p.id = registry_parts.load_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
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
create policy api on programme.selection_runs to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.selection_runs for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.selection_runs to jamsos_api
-- next
grant select on programme.selection_runs to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.bank_lines for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.bank_lines for each statement execute function programme.refuse_change()
-- next
alter table programme.bank_lines enable row level security
-- next
create policy api on programme.bank_lines to jamsos_api using (exists (select from programme.documents p where p.id = bank_lines.statement_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true)))) with check (exists (select from programme.documents p where p.id = bank_lines.statement_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
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
create policy api on programme.decrees to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
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
create policy api on programme.journal_transactions to jamsos_api using (exists (select from programme.funds p where p.id = journal_transactions.fund_id)) with check (exists (select from programme.funds p where p.id = journal_transactions.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.journal_transactions for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.journal_transactions to jamsos_api
-- next
grant select on programme.journal_transactions to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.run_approvals for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.run_approvals for each statement execute function programme.refuse_change()
-- next
alter table programme.run_approvals enable row level security
-- next
create policy api on programme.run_approvals to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
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
create policy api on programme.selection_inputs to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.selection_inputs for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.selection_inputs to jamsos_api
-- next
grant select on programme.selection_inputs to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.bills for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.bills for each statement execute function programme.refuse_change()
-- next
alter table programme.bills enable row level security
-- next
create policy api on programme.bills to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.bills for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.bills to jamsos_api
-- next
grant select on programme.bills to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.complaints for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.complaints for each statement execute function programme.refuse_change()
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
create policy api on programme.enrolment_batches to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.enrolment_batches for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.enrolment_batches to jamsos_api
-- next
grant select on programme.enrolment_batches to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.postings for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.postings for each statement execute function programme.refuse_change()
-- next
alter table programme.postings enable row level security
-- next
create policy api on programme.postings to jamsos_api using (exists (select from programme.funds p where p.id = postings.fund_id)) with check (exists (select from programme.funds p where p.id = postings.fund_id and (p.regency_code >= current_setting('jamsos.sight_from', true) and p.regency_code < current_setting('jamsos.sight_to', true))))
-- next
create policy dbt on programme.postings for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.postings to jamsos_api
-- next
grant select on programme.postings to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.complaint_steps for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.complaint_steps for each statement execute function programme.refuse_change()
-- next
grant select, insert on programme.complaint_steps to jamsos_api
-- next
grant select on programme.complaint_steps to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.enrolments for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.enrolments for each statement execute function programme.refuse_change()
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
create trigger refuse_change before update or delete on programme.insurer_receipts for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.insurer_receipts for each statement execute function programme.refuse_change()
-- next
alter table programme.insurer_receipts enable row level security
-- next
create policy api on programme.insurer_receipts to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.insurer_receipts for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.insurer_receipts to jamsos_api
-- next
grant select on programme.insurer_receipts to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.payments for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.payments for each statement execute function programme.refuse_change()
-- next
alter table programme.payments enable row level security
-- next
create policy api on programme.payments to jamsos_api using (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true) or starts_with(current_setting('jamsos.sight_from', true), regency_code)) with check (regency_code >= current_setting('jamsos.sight_from', true) and regency_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.payments for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.payments to jamsos_api
-- next
grant select on programme.payments to jamsos_dbt
-- next
create trigger refuse_change before update or delete on programme.worker_months for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.worker_months for each statement execute function programme.refuse_change()
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
create trigger refuse_change before update or delete on programme.confirmed_months for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.confirmed_months for each statement execute function programme.refuse_change()
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
grant select, insert, update on programme.coverage_months to jamsos_api
-- next
grant select on programme.coverage_months to jamsos_dbt
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
create trigger refuse_change before update or delete on programme.paid_months for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.paid_months for each statement execute function programme.refuse_change()
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
create trigger refuse_change before update or delete on programme.receipt_differences for each row execute function programme.refuse_change()
-- next
create trigger refuse_truncate before truncate on programme.receipt_differences for each statement execute function programme.refuse_change()
-- next
alter table programme.receipt_differences enable row level security
-- next
create policy api on programme.receipt_differences to jamsos_api using (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true)) with check (village_code >= current_setting('jamsos.sight_from', true) and village_code < current_setting('jamsos.sight_to', true))
-- next
create policy dbt on programme.receipt_differences for select to jamsos_dbt using (true)
-- next
grant select, insert on programme.receipt_differences to jamsos_api
-- next
grant select on programme.receipt_differences to jamsos_dbt
-- next
create function programme.key_holder(asked text)
returns table (key_id bigint, secret_hash bytea, scopes text[], expires_at timestamptz, revoked_at timestamptz, agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select k.id, k.secret_hash, k.scopes, k.expires_at, k.revoked_at, a.id, a.code, a.kind, a.region_code
    from programme.api_keys k join programme.agencies a on a.id = k.agency_id where k.prefix = asked
$$
-- next
create function programme.agency_named(asked text) returns table (agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select a.id, a.code, a.kind, a.region_code from programme.agencies a where a.code = asked
$$
-- next
-- A transaction becomes the next link of its fund's chain. The head's row is locked until commit. A link's hash is over one canonical
-- text: the link before, everything of the transaction, its document, and the digest of its postings.
create function programme.link_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    head journal_heads;
begin
    select * into head from journal_heads where fund_id = new.fund_id for update;
    if not found then
        insert into journal_heads (fund_id, number, hash) values (new.fund_id, 0, '') on conflict do nothing;
        select * into head from journal_heads where fund_id = new.fund_id for update;
    end if;
    new.number := head.number + 1;
    new.previous_hash := nullif(head.hash, '');
    new.recorded_at := clock_timestamp();
    new.hash := sha256(convert_to(jsonb_build_array(
        encode(new.previous_hash, 'hex'), new.fund_id, new.number, to_char(new.day, 'YYYY-MM-DD'), new.act, new.reference, new.memo,
        (select jsonb_build_array(kind, number, to_char(document_date, 'YYYY-MM-DD'), amount, encode(file_sha256, 'hex'))
           from programme.documents where id = new.document_id),
        new.reverses_id, to_char(new.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        encode(new.postings_sha256, 'hex'))::text, 'UTF8'));
    update journal_heads set number = new.number, hash = new.hash where fund_id = new.fund_id;
    return new;
end $$


-- next
-- Postings arrive a whole transaction at a time. Both halves of the books sum to zero in every field, cash moves as budget does, and
-- they are those the transaction was recorded with. Nothing is added later: it would have to be the same postings, which are unique.
-- Plans are kept to index lookups, so that none made for a young journal scans an old one.
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
    -- the head of the chain is locked, so nobody else moves these balances; a check speaks after the sum, not before
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
-- At commit no transaction stands without its postings.
create function programme.refuse_bare_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if not exists (select from postings where transaction_id = new.id) then
        raise exception 'transaction % has no postings', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$


-- next
-- The balances of a fund, held still until the end of the act that asks.
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
-- Matching gives a newcomer their number before they are written.
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
create function programme.refuse_wrong_approval() returns trigger language plpgsql as $$
declare
    asked text[];
    place int;
    hash bytea;
begin
    select r.list_sha256, array(select jsonb_array_elements_text(c.document -> 'approval' -> 'steps'))
      into hash, asked
      from programme.selection_runs r join programme.criteria c on c.id = r.criteria_id where r.id = new.run_id;
    place := array_position(asked, new.step);
    if place is null or hash is distinct from new.list_sha256
       or (select count(*) from programme.run_approvals a where a.run_id = new.run_id and a.step = any(asked[:place - 1])) < place - 1
    then raise exception 'step % of run % is not due, or approves another list', new.step, new.run_id using errcode = 'check_violation'; end if;
    return new;
end $$

-- next
create trigger refuse_wrong_approval before insert on programme.run_approvals
    for each row execute function programme.refuse_wrong_approval()

-- next
create function programme.refuse_unapproved_decree() returns trigger language plpgsql as $$
begin
    if exists (
        select from programme.selection_runs r join programme.criteria c on c.id = r.criteria_id,
               jsonb_array_elements_text(c.document -> 'approval' -> 'steps') as s (step)
        where r.id = new.run_id
          and not exists (select from programme.run_approvals a
                          where a.run_id = r.id and a.step = s.step and a.list_sha256 = r.list_sha256))
    then raise exception 'run % is not approved', new.run_id using errcode = 'check_violation'; end if;
    return new;
end $$

-- next
create trigger refuse_unapproved_decree before insert on programme.decrees
    for each row execute function programme.refuse_unapproved_decree()

-- next
grant delete on programme.person_groups to jamsos_api
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

create function programme.refuse_moving_billed_months() returns trigger language plpgsql as $$
begin
    if exists (select from programme.worker_months w where w.decree_line_id = new.replaces_line_id
               and w.month >= case new.action when 'termination' then new.month_to + 1 else new.month_from end)
    then raise exception 'line % is billed beyond that month', new.replaces_line_id using errcode = 'restrict_violation'; end if;
    return new;
end $$

-- next

create trigger refuse_moving_billed_months before insert on programme.decree_lines
    for each row when (new.replaces_line_id is not null) execute function programme.refuse_moving_billed_months()

