-- Matching, in set-based steps. The name of each step is what it makes; the store runs the steps in this order within
-- one transaction. NIK, KK and household numbers are compared in sealed form.

-- name: arrivals
-- The rows of this regency's registers without a person. A row that a repair replaces is not used any more.
create temp table temp_arrivals on commit drop as
select r.id as row_id, r.nik_sealed, r.kk_sealed, r.household_sealed, r.name_key, r.birth_date, r.load_id,
       r.birth_date is not null and not r.warnings && {mistrusted} as is_trusted,
       false as is_stranger
  from programme.registry_rows r
  join programme.registry_loads l on l.id = r.load_id
 where l.office_code = :regency
   and not exists (select from programme.person_sources s where s.row_id = r.id)
   and not exists (select from programme.registry_repairs x where x.repaired_load_id = r.load_id and x.repaired_line = r.line)

-- name: arrivals_known
analyze temp_arrivals

-- name: remembered
-- Apply an officer's decision about a row to every identical row. Identical rows have the same NIK, name and birth
-- date, or without a NIK the same household, name and birth date. Without either, the identical row is in the same
-- village in another version of that register. There must be only one such row and one such person, because two lines
-- of one register are two people. The decision also applies to the repaired row with the same NIK and the same name or
-- birth date.
create temp table temp_remembered on commit drop as
with decided as materialized (
    select s.id, s.person_id, r.load_id, r.line, r.nik_sealed, r.name_key, r.birth_date, coalesce(r.kk_sealed, r.household_sealed) as household,
           r.village_code, r.sex, l.source
      from programme.person_rows s
      join programme.registry_rows r on r.id = s.row_id
      join programme.registry_loads l on l.id = r.load_id
     where s.method = 'human'
),
homeless as (
    select a.row_id, a.load_id, min(d.person_id) as person_id
      from temp_arrivals a
      join programme.registry_rows r on r.id = a.row_id
      join programme.registry_loads l on l.id = a.load_id
      join decided d on d.name_key = a.name_key and d.birth_date = a.birth_date and d.village_code = r.village_code and d.sex = r.sex
                    and d.source = l.source
     where a.nik_sealed is null and d.nik_sealed is null
       and d.household is null and coalesce(a.kk_sealed, a.household_sealed) is null
     group by a.row_id, a.load_id having count(distinct d.person_id) = 1
),
mended as (
    select a.row_id, d.person_id
      from programme.registry_repairs x
      join programme.registry_rows r on r.load_id = x.load_id and r.line = x.line
      join temp_arrivals a on a.row_id = r.id
      join decided d on d.load_id = x.repaired_load_id and d.line = x.repaired_line and d.nik_sealed is not distinct from a.nik_sealed
                    and (d.name_key = a.name_key or d.birth_date = a.birth_date)
)
select row_id, person_id from mended
union all
(select distinct on (a.row_id) a.row_id, d.person_id
   from temp_arrivals a
   join decided d on d.name_key = a.name_key and d.birth_date is not distinct from a.birth_date
    and d.nik_sealed is not distinct from a.nik_sealed
    and (a.nik_sealed is not null or d.household = coalesce(a.kk_sealed, a.household_sealed))
  where a.row_id not in (select row_id from mended)
  order by a.row_id, d.id desc)
union all
select h.row_id, h.person_id from homeless h
 where h.row_id not in (select row_id from mended)
   and not exists (select from homeless o where o.load_id = h.load_id and o.person_id = h.person_id and o.row_id <> h.row_id)
   and not exists (select from programme.person_rows s join programme.registry_rows r on r.id = s.row_id
                    where s.person_id = h.person_id and r.load_id = h.load_id)

-- name: settled
delete from temp_arrivals a using temp_remembered d where d.row_id = a.row_id

-- name: contested
-- NIKs with more than one name, among the arrivals and the rows already matched.
create temp table temp_bearers on commit drop as
with names as (
    select nik_sealed, name_key, is_trusted, false as is_known, row_id from temp_arrivals where nik_sealed is not null
    union all
    select r.nik_sealed, r.name_key, r.birth_date is not null and not r.warnings && {mistrusted}, true, r.id
      from programme.people p
      join programme.person_rows s on s.person_id = coalesce(p.merged_into_id, p.id)
      join programme.registry_rows r on r.id = s.row_id and r.nik_sealed = p.nik_sealed
     where p.nik_sealed in (select nik_sealed from temp_arrivals)
)
select nik_sealed, name_key, count(*)::int as rows, (count(*) filter (where is_trusted))::int as trusted,
       bool_or(is_known) as is_known, min(row_id) as first_row
  from names
 where nik_sealed in (select nik_sealed from names group by 1 having min(name_key) <> max(name_key))
 group by 1, 2

-- name: estrange
update temp_arrivals a set is_stranger = true
  from unnest(cast(:niks as bytea[]), cast(:names as text[])) as s (nik_sealed, name_key)
 where a.nik_sealed = s.nik_sealed and a.name_key = s.name_key

-- name: newcomers
-- Reserve a person number for each new NIK. A later step may replace it by the number of a known person without a NIK.
create temp table temp_newcomers on commit drop as
select nik_sealed, nextval(pg_get_serial_sequence('programme.people', 'id')) as person_id
  from (select nik_sealed from temp_arrivals a
         where nik_sealed is not null and not is_stranger
           and not exists (select from programme.people p where p.nik_sealed = a.nik_sealed)
         group by nik_sealed order by min(row_id)) n

-- name: repaired
-- A newcomer whose row repairs a known person's row is that person with the correct NIK, unless another row still has the old one.
create temp table temp_repaired on commit drop as
with repairs as materialized (
    select r.id as row_id, s.person_id
      from programme.registry_repairs x
      join programme.registry_rows r on r.load_id = x.load_id and r.line = x.line
      join programme.registry_rows w on w.load_id = x.repaired_load_id and w.line = x.repaired_line
      join programme.person_rows s on s.row_id = w.id
),
known as (
    select distinct on (n.person_id) n.person_id as newcomer, p.id as person_id
      from repairs r
      join temp_arrivals a on a.row_id = r.row_id and not a.is_stranger
      join temp_newcomers n on n.nik_sealed = a.nik_sealed
      join programme.people p on p.id = r.person_id
     where not exists (
        select from programme.person_rows t
          join programme.registry_rows o on o.id = t.row_id and o.nik_sealed = p.nik_sealed
         where t.person_id = p.id
           and not exists (select from programme.registry_repairs y where y.repaired_load_id = o.load_id and y.repaired_line = o.line))
     order by n.person_id, a.row_id
)
select distinct on (person_id) newcomer, person_id from known order by person_id, newcomer

-- name: repaired_newcomers
update temp_newcomers n set person_id = a.person_id from temp_repaired a where a.newcomer = n.person_id

-- name: matched
-- First step: the same NIK.
create temp table temp_matched on commit drop as
select a.row_id, coalesce(p.merged_into_id, p.id, n.person_id) as person_id, cast(:nik as text) as method, cast(:nik_score as numeric) as score
  from temp_arrivals a
  left join programme.people p on p.nik_sealed = a.nik_sealed
  left join temp_newcomers n on n.nik_sealed = a.nik_sealed
 where a.nik_sealed is not null and not a.is_stranger

-- name: matched_by_memory
insert into temp_matched select row_id, person_id, :human, :human_score from temp_remembered

-- name: matched_known
analyze temp_matched

-- name: seekers
-- Rows without a usable NIK: arrivals, and the rows of known people without one.
create temp table temp_seekers on commit drop as
select row_id, null::bigint as person_id, kk_sealed, household_sealed, load_id, name_key, birth_date
  from temp_arrivals where nik_sealed is null or is_stranger
union all
select r.id, p.id, r.kk_sealed, r.household_sealed, r.load_id, r.name_key, r.birth_date
  from programme.people p
  join programme.person_rows s on s.person_id = p.id
  join programme.registry_rows r on r.id = s.row_id
 where p.nik_sealed is null

-- name: seekers_known
analyze temp_seekers

-- name: kin
-- The households of a seeker: its KK, its register's family, and the KK of that family's members in other rows.
create temp table temp_kin on commit drop as
with families as (
    select s.row_id, f.nik_sealed
      from temp_seekers s
      join programme.registry_rows f on f.household_sealed = s.household_sealed and f.load_id = s.load_id
     where f.nik_sealed is not null
)
select row_id, kk_sealed as household from temp_seekers where kk_sealed is not null
union
select row_id, household_sealed from temp_seekers where household_sealed is not null
union
select f.row_id, a.kk_sealed from families f join temp_arrivals a on a.nik_sealed = f.nik_sealed where a.kk_sealed is not null
union
select f.row_id, p.kk_sealed from families f join programme.people p on p.nik_sealed = f.nik_sealed where p.kk_sealed is not null

-- name: kin_known
analyze temp_kin

-- name: inhabitants
-- Rows of the seekers' households: by family card, and every other row of the inhabitants by NIK.
create temp table temp_inhabitants on commit drop as
with houses as (select distinct household from temp_kin),
carded as (
    select h.household, a.row_id, case when not a.is_stranger then a.nik_sealed end as nik_sealed
      from houses h join temp_arrivals a on a.kk_sealed = h.household
    union
    select h.household, s.row_id, p.nik_sealed
      from houses h
      join programme.people p on p.kk_sealed = h.household
      join programme.person_rows s on s.person_id = p.id
)
select household, row_id, nik_sealed from carded
union
select c.household, a.row_id, a.nik_sealed
  from carded c join temp_arrivals a on a.nik_sealed = c.nik_sealed and not a.is_stranger
union
select c.household, s.row_id, p.nik_sealed
  from carded c
  join programme.people p on p.nik_sealed = c.nik_sealed
  join programme.person_rows s on s.person_id = p.id

-- name: inhabitants_known
analyze temp_inhabitants

-- name: families
-- A register's own families that belong to a household's card, because a member is an inhabitant.
create temp table temp_families on commit drop as
select distinct i.household, r.household_sealed, r.load_id
  from temp_inhabitants i join programme.registry_rows r on r.id = i.row_id
 where r.household_sealed is not null

-- name: witnesses
-- The known names and birth dates in the seekers' households.
create temp table temp_witnesses on commit drop as
with rows_there as (
    select household, row_id from temp_inhabitants
    union
    select h.household, r.id
      from (select distinct household from temp_kin) h
      join programme.registry_rows r on r.household_sealed = h.household
    union
    select f.household, r.id
      from temp_families f
      join programme.registry_rows r on r.household_sealed = f.household_sealed and r.load_id = f.load_id
),
owners as (
    select row_id, person_id from temp_matched
    union all
    select row_id, person_id from programme.person_rows where row_id in (select row_id from rows_there)
)
select t.household, r.name_key, r.birth_date, o.person_id
  from rows_there t
  join programme.registry_rows r on r.id = t.row_id and r.birth_date is not null
  join owners o on o.row_id = t.row_id
 group by 1, 2, 3, 4

-- name: found
-- Second step: the same household, name and birth date.
create temp table temp_found on commit drop as
select s.row_id, s.person_id as was, min(w.person_id) as person_id, count(distinct w.person_id) as candidates
  from temp_seekers s
  join temp_kin k on k.row_id = s.row_id
  join temp_witnesses w on w.household = k.household and w.name_key = s.name_key and w.birth_date = s.birth_date
 where w.person_id is distinct from s.person_id
 group by 1, 2

-- name: adopt
-- A known person without a NIK now has one: the newcomer takes the known person's number.
create temp table temp_adopted on commit drop as
select distinct on (f.person_id) f.person_id as newcomer, f.was as person_id
  from temp_found f
  join temp_newcomers n on n.person_id = f.person_id
 where f.was is not null and f.candidates = 1
   and not exists (select from temp_found g where g.was = f.was and g.person_id <> f.person_id)
 order by f.person_id, f.was

-- name: adopt_newcomers
update temp_newcomers n set person_id = a.person_id from temp_adopted a where a.newcomer = n.person_id

-- name: adopt_matched
update temp_matched m set person_id = a.person_id from temp_adopted a where a.newcomer = m.person_id

-- name: adopt_found
update temp_found f set person_id = a.person_id from temp_adopted a where a.newcomer = f.person_id

-- name: matched_by_household
insert into temp_matched
select row_id, person_id, :household, :household_score from temp_found where was is null and candidates = 1

-- name: numbered
-- Newcomers who resemble a known person without a NIK; the row is the newcomer's.
create temp table temp_numbered on commit drop as
select * from unnest(cast(:rows as bigint[]), cast(:persons as bigint[]), cast(:newcomers as bigint[]), cast(:is_same as boolean[]),
                     cast(:probabilities as numeric[]), cast(:names as text[]), cast(:births as text[]), cast(:sexes as text[]),
                     cast(:places as text[]))
    as y (row_id, person_id, newcomer, is_same, probability, name_likeness, birth_likeness, sex_likeness, home_likeness)

-- name: adopt_numbered
insert into temp_adopted (newcomer, person_id) select newcomer, person_id from temp_numbered where is_same

-- name: left
-- Third step: the rows without a NIK that are not matched yet, compared with similar people.
create temp table temp_left on commit drop as
select a.row_id, a.load_id, a.name_key, a.birth_date, r.sex, r.village_code, left(r.village_code, 8) as district_code
  from temp_arrivals a join programme.registry_rows r on r.id = a.row_id
 where a.nik_sealed is null and not exists (select from temp_found f where f.row_id = a.row_id)

-- name: left_known
analyze temp_left

-- name: near
-- The people who share with such a row district and birth date, or village and a word of the name, or a household.
create temp table temp_near on commit drop as
with days as (select distinct district_code, birth_date from temp_left),
words as (select distinct l.village_code, w.word from temp_left l cross join lateral string_to_table(l.name_key, ' ') w (word)),
homes as (select distinct k.household from temp_kin k join temp_left l on l.row_id = k.row_id)
select p.id as person_id from programme.people p
  join days d on d.district_code = left(p.village_code, 8) and d.birth_date = p.birth_date
union
select p.id from programme.people p
 cross join lateral string_to_table(p.name_key, ' ') n (word)
  join words w on w.village_code = p.village_code and w.word = n.word
 where p.village_code in (select village_code from temp_left)
union
select p.id from programme.people p join homes h on h.household = p.kk_sealed
union
select w.person_id from temp_witnesses w join homes h on h.household = w.household

-- name: near_known
analyze temp_near

-- name: likely
create temp table temp_likely on commit drop as
select * from unnest(cast(:rows as bigint[]), cast(:persons as bigint[]), cast(:is_same as boolean[]), cast(:probabilities as numeric[]),
                     cast(:names as text[]), cast(:births as text[]), cast(:sexes as text[]), cast(:places as text[]))
    as y (row_id, person_id, is_same, probability, name_likeness, birth_likeness, sex_likeness, home_likeness)

-- name: alike
create temp table temp_alike on commit drop as
select * from unnest(cast(:rows as bigint[]), cast(:firsts as bigint[])) as y (row_id, first_row)

-- name: held
create temp table temp_held on commit drop as select unnest(cast(:rows as bigint[])) as row_id

-- name: matched_by_likeness
insert into temp_matched select row_id, person_id, :likeness, probability from temp_likely where is_same

-- name: nameless
-- Each row without a NIK and without a match is a new person; rows of one household, name and birth date are one person.
create temp table temp_nameless on commit drop as
with alone as (
    select a.row_id, a.name_key, a.birth_date from temp_arrivals a
     where a.nik_sealed is null and not exists (select from temp_found f where f.row_id = a.row_id)
       and not exists (select from temp_likely y where y.row_id = a.row_id)
       and not exists (select from temp_held h where h.row_id = a.row_id)
),
shared as (
    select a.row_id, min(a.row_id) over (partition by k.household, a.name_key, a.birth_date) as first_row
      from alone a join temp_kin k on k.row_id = a.row_id
     where a.birth_date is not null
)
select a.row_id, coalesce(min(s.first_row), a.row_id) as first_row
  from alone a left join shared s on s.row_id = a.row_id
 group by a.row_id

-- name: nameless_whole
-- Resolve chains: r3 refers to r2, and r2 to r1, so all three refer to r1.
update temp_nameless n set first_row = m.first_row from temp_nameless m where m.row_id = n.first_row and m.first_row <> n.first_row

-- name: nameless_alike
-- Rows that are certainly alike are one person, together with all rows that refer to either.
update temp_nameless n set first_row = m.first_row
  from temp_alike y
  join temp_nameless o on o.row_id = y.row_id
  join temp_nameless m on m.row_id = y.first_row
 where n.first_row = o.first_row and m.first_row < o.first_row

-- name: matched_alone
insert into temp_matched
select n.row_id, p.person_id, :household, :household_score
  from temp_nameless n
  join (select first_row, nextval(pg_get_serial_sequence('programme.people', 'id')) as person_id
          from (select distinct first_row from temp_nameless order by first_row) f) p on p.first_row = n.first_row

-- name: concerned
-- The persons with something new.
create temp table temp_concerned on commit drop as select distinct person_id from temp_matched

-- name: voices
-- All register rows of these persons.
create temp table temp_voices on commit drop as
select s.person_id, r.*, l.as_of, l.source,
       {doubts}
  from (select person_id, row_id from temp_matched
        union all
        select person_id, row_id from programme.person_rows where person_id in (select person_id from temp_concerned)) s
  join programme.registry_rows r on r.id = s.row_id
  join programme.registry_loads l on l.id = r.load_id
 where not exists (select from programme.registry_repairs x where x.repaired_load_id = r.load_id and x.repaired_line = r.line)

-- name: facts
-- Each fact from the newest register; doubtful birth dates and names only where no row has a better one.
create temp table temp_facts on commit drop as
select v.person_id, {newest}
  from temp_voices v
 group by v.person_id

-- name: newborn
insert into programme.people (id, nik_sealed, {facts}) overriding system value
select f.person_id, n.nik_sealed, {from_facts}
  from temp_facts f
  left join temp_newcomers n on n.person_id = f.person_id
 where not exists (select from programme.people p where p.id = f.person_id)

-- name: changed
update programme.people p set nik_sealed = coalesce(f.nik_sealed, p.nik_sealed), ({facts}) = row({from_facts})
  from (select temp_facts.*, n.nik_sealed from temp_facts left join temp_newcomers n using (person_id)) f
 where f.person_id = p.id
   and (coalesce(f.nik_sealed, p.nik_sealed), {from_facts}) is distinct from (p.nik_sealed, {from_people})

-- name: sources
insert into programme.person_sources (person_id, row_id, method, score)
select person_id, row_id, method, score from temp_matched

-- name: life_events
-- A register's note about presence is a life event, unless an event of that kind is known up to its day. A move that is
-- announced for next year, or that a newer register reported, does not cover the time before. Where an officer withdrew
-- an event of one of the person's rows, no register loaded by then reports that event again; a later one does.
with withdrawn as (
    select y.person_id, e.kind, w.recorded_at
      from programme.life_event_withdrawals w
      join programme.life_events e on e.id = w.event_id
      join programme.people p on p.id = e.person_id
      join temp_voices y on y.person_id = coalesce(p.merged_into_id, p.id) and e.evidence = 'registry_loads/' || y.load_id || ':' || y.line
)
insert into programme.life_events (person_id, kind, event_date, evidence, village_code)
select distinct on (v.person_id, v.kind) v.person_id, v.kind, v.as_of, 'registry_loads/' || v.load_id || ':' || v.line, v.village_code
  -- a person not found at home counts as moved
  from (select v.*, case v.presence when 'not_found' then 'moved' else v.presence end as kind from temp_voices v) v
 where v.kind in ('died', 'moved')
   and not exists (select from programme.standing_life_events e
                    where e.person_id = v.person_id and e.kind = v.kind and e.event_date <= v.as_of)
   and not exists (select from withdrawn w join programme.registry_loads l on l.loaded_at <= w.recorded_at
                    where w.person_id = v.person_id and w.kind = v.kind and l.id = v.load_id)
 order by v.person_id, v.kind, v.as_of, v.id
on conflict do nothing

-- name: other_names
-- A row with a person's NIK and clearly another name: the first of identical rows, and none identical to an earlier review.
insert into programme.match_reviews (kind, row_id, person_id, village_code)
select distinct on (p.id, a.nik_sealed, a.name_key, a.birth_date)
       :other_name, a.row_id, coalesce(p.merged_into_id, p.id), r.village_code
  from temp_arrivals a
  join programme.people p on p.nik_sealed = a.nik_sealed
  join programme.registry_rows r on r.id = a.row_id
 where a.is_stranger
   and not exists (
        select from programme.match_reviews v join programme.registry_rows w on w.id = v.row_id
         where v.kind = :other_name and v.person_id = coalesce(p.merged_into_id, p.id)
           and w.nik_sealed = a.nik_sealed and w.name_key = a.name_key and w.birth_date is not distinct from a.birth_date)
 order by p.id, a.nik_sealed, a.name_key, a.birth_date, a.row_id
on conflict do nothing

-- name: several
insert into programme.match_reviews (kind, row_id, person_id, village_code)
select distinct on (w.person_id, s.name_key, s.birth_date, coalesce(s.kk_sealed, s.household_sealed))
       :several, f.row_id, w.person_id, r.village_code
  from temp_found f
  join temp_seekers s on s.row_id = f.row_id
  join temp_kin k on k.row_id = f.row_id
  join temp_witnesses w on w.household = k.household and w.name_key = s.name_key and w.birth_date = s.birth_date
  join programme.people p on p.id = w.person_id
  join programme.registry_rows r on r.id = f.row_id
 where f.was is null and f.candidates > 1
   and not exists (
        select from programme.match_reviews v join programme.registry_rows x on x.id = v.row_id
         where v.kind = :several and v.person_id = w.person_id and x.name_key = s.name_key and x.birth_date = s.birth_date
           and coalesce(x.kk_sealed, x.household_sealed) = coalesce(s.kk_sealed, s.household_sealed))
 order by w.person_id, s.name_key, s.birth_date, coalesce(s.kk_sealed, s.household_sealed), f.row_id
on conflict do nothing

-- name: likely_ones
-- Raised only once for a row and a person, whatever the parameters were.
insert into programme.match_reviews (kind, row_id, person_id, village_code)
select :likely, y.row_id, y.person_id, l.village_code
  from temp_likely y join temp_left l on l.row_id = y.row_id
 where not y.is_same
 order by y.row_id, y.probability desc, y.person_id
on conflict do nothing

-- name: likenesses
insert into programme.match_likenesses
       (row_id, person_id, model, probability, name_likeness, birth_likeness, sex_likeness, home_likeness, village_code)
select y.row_id, y.person_id, :model, y.probability, y.name_likeness, y.birth_likeness, y.sex_likeness, y.home_likeness, l.village_code
  from temp_likely y join temp_left l on l.row_id = y.row_id
 order by y.row_id, y.person_id
on conflict do nothing

-- name: numbered_likenesses
insert into programme.match_likenesses
       (row_id, person_id, model, probability, name_likeness, birth_likeness, sex_likeness, home_likeness, village_code)
select y.row_id, y.person_id, :model, y.probability, y.name_likeness, y.birth_likeness, y.sex_likeness, y.home_likeness, r.village_code
  from temp_numbered y join programme.registry_rows r on r.id = y.row_id
 order by y.row_id, y.person_id
on conflict do nothing

-- name: numbered_ones
-- A newcomer who is only likely a known person without a NIK.
insert into programme.match_reviews (kind, row_id, person_id, village_code)
select :second_nik, y.row_id, y.person_id, r.village_code
  from temp_numbered y join programme.registry_rows r on r.id = y.row_id
 where not y.is_same
 order by y.row_id, y.probability desc, y.person_id
on conflict do nothing

-- name: neighbours
-- Newcomers, and all others with a NIK in their villages and households. A separate table, because the stale statistics
-- of `people` lead to a quadratic plan.
create temp table temp_neighbours on commit drop as
with homes as materialized (
    select p.village_code, p.kk_sealed from temp_newcomers n join programme.people p on p.id = n.person_id
)
select p.id, p.village_code, p.kk_sealed, p.birth_date, p.sex, p.name_key, p.nik_sealed,
       p.id in (select person_id from temp_newcomers) as is_new
  from programme.people p
 where p.merged_into_id is null and p.nik_sealed is not null
   and (p.village_code in (select village_code from homes) or p.kk_sealed in (select kk_sealed from homes))

-- name: neighbours_known
analyze temp_neighbours

-- name: namesakes
-- Newcomers paired with persons of another NIK and the same birth date in the same village or household. Where one has
-- no birth date, they share a household. A typing error in the NIK often comes with one in the name.
with beside as (
    select p.id as one, o.id as other
      from temp_neighbours p join temp_neighbours o on o.village_code = p.village_code and o.birth_date = p.birth_date
     where p.is_new and (o.id < p.id or not o.is_new)
    union
    select p.id, o.id
      from temp_neighbours p join temp_neighbours o on o.kk_sealed = p.kk_sealed
     where p.is_new and (o.id < p.id or not o.is_new)
       and (o.birth_date is null or p.birth_date is null or o.birth_date = p.birth_date)
)
select b.one, b.other, p.name_key, o.name_key
  from beside b
  join temp_neighbours p on p.id = b.one
  join temp_neighbours o on o.id = b.other
 where o.id <> p.id and o.nik_sealed <> p.nik_sealed and coalesce(o.sex = p.sex, true)

-- name: second_niks
-- Raise a review for a newcomer who resembles a person with another NIK: household or village, name and birth date are
-- equal or similar. Also raise one for a known person without a NIK who has the household, name and birth date of
-- another known person. Review two persons only once, whichever of their rows is newest, and never after an officer has
-- separated them.
insert into programme.match_reviews (kind, row_id, person_id, village_code)
with pairs as (
    select m.row_id, u.one, u.other, p.village_code
      from unnest(cast(:ones as bigint[]), cast(:others as bigint[])) u (one, other)
      join programme.people p on p.id = u.one
      join (select person_id, min(row_id) as row_id from temp_matched group by 1) m on m.person_id = u.one
    union
    select min(f.row_id), f.was, f.person_id, min(p.village_code)
      from temp_found f
      join programme.people p on p.id = f.person_id
     where f.candidates = 1 and f.was <> f.person_id
     group by f.was, f.person_id
)
select :second_nik, row_id, other, village_code
  from pairs
 where not exists (
        select from programme.match_reviews v
          join programme.person_rows s on s.row_id = v.row_id
         where v.kind = :second_nik and (s.person_id, v.person_id) in ((one, other), (other, one)))
   and not exists (
        select from programme.identity_events v
         where v.kind = 'parted' and (v.from_person_id, v.to_person_id) in ((one, other), (other, one)))
on conflict do nothing

-- name: touched
-- The persons whose groups need a new computation: people with something new, and the heads of their households.
create temp table temp_touched on commit drop as
select person_id from temp_concerned
union
select p.id from programme.people p
 where p.relation = 'head' and p.kk_sealed in (select kk_sealed from temp_voices where relation = 'child')

-- name: touched_living
-- A separate step: with the stale statistics of the working table, the planner expects almost no living person, and the
-- plan is quadratic.
delete from temp_touched t using programme.people p where p.id = t.person_id and p.merged_into_id is not null

-- name: circumstances
-- The circumstances that decide the groups, as one text, so that the rules in Python evaluate each distinct text only once.
create temp table temp_circumstances on commit drop as
select p.id as person_id, p.village_code,
       jsonb_build_array(p.sex, p.marital_status, p.relation,
           p.relation = 'head' and p.sex = 'female' and p.marital_status = 'single' and exists (
               select from programme.people c where c.merged_into_id is null and c.relation = 'child' and c.kk_sealed = p.kk_sealed
               union all
               select from programme.person_rows s
                 join programme.registry_rows r on r.id = s.row_id
                 join programme.registry_rows c
                   on c.relation = 'child' and c.household_sealed = r.household_sealed and c.load_id = r.load_id
                where s.person_id = p.id),
           p.occupation, p.disability is not null)::text as circumstances
  from programme.people p
 where p.id in (select person_id from temp_touched)

-- name: groups
create temp table temp_groups on commit drop as
select * from unnest(cast(:circumstances as text[]), cast(:groups as text[])) as g (circumstances, group_code)

-- name: no_longer
delete from programme.person_groups g using temp_circumstances c
 where g.person_id = c.person_id
   and not exists (select from temp_groups t where t.circumstances = c.circumstances and t.group_code = g.group_code)

-- name: from_now
insert into programme.person_groups (person_id, group_code, village_code)
select c.person_id, t.group_code, c.village_code
  from temp_circumstances c join temp_groups t using (circumstances)
on conflict (person_id, group_code) do update set village_code = excluded.village_code
 where person_groups.village_code is distinct from excluded.village_code
