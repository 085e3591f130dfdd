alter table programme.match_reviews drop constraint match_reviews_kind_check, add CONSTRAINT match_reviews_kind_check CHECK (kind in ('other_name', 'second_nik', 'several', 'likely'))
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
	place_likeness TEXT COLLATE "C" NOT NULL CONSTRAINT match_likenesses_place_likeness_check CHECK (place_likeness in ('same', 'alike', 'word', 'placeholder', 'near', 'household', 'village', 'district', 'other', 'unknown')), 
	village_code TEXT COLLATE "C", 
	weighed_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, 
	CONSTRAINT match_likenesses_pkey PRIMARY KEY (id), 
	CONSTRAINT match_likenesses_row_id_person_id_model_key UNIQUE (row_id, person_id, model), 
	CONSTRAINT match_likenesses_row_id_fkey FOREIGN KEY(row_id) REFERENCES programme.registry_rows (id), 
	CONSTRAINT match_likenesses_person_id_fkey FOREIGN KEY(person_id) REFERENCES programme.people (id)
)
-- next
CREATE INDEX match_likenesses_person_id_idx ON programme.match_likenesses (person_id)
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
