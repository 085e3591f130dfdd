-- Apply a decision about a row without a NIK to every identical row of the same household. Without a household, apply
-- it in the same village in another version of that register. Never apply it against a person with another row of
-- exactly these facts.
with decided as materialized (
    select w.id as row_id, coalesce(p.merged_into_id, p.id) as person_id, w.name_key, w.birth_date, w.village_code,
           coalesce(w.kk_sealed, w.household_sealed) as household, w.load_id, o.source
      from programme.match_reviews v
      join programme.match_decisions d on d.review_id = v.id and d.verdict = 'different'
      join programme.people p on p.id = v.person_id
      join programme.registry_rows w on w.id = v.row_id and w.nik_sealed is null
      join programme.registry_loads o on o.id = w.load_id
)
select l.row_id, d.person_id from temp_left l join decided d on d.row_id = l.row_id
union
select l.row_id, d.person_id
  from temp_left l
  join programme.registry_rows r on r.id = l.row_id
  join programme.registry_repairs x on x.load_id = r.load_id and x.line = r.line
  join programme.registry_rows w on w.load_id = x.repaired_load_id and w.line = x.repaired_line
  join decided d on d.row_id = w.id and (d.name_key = l.name_key or d.birth_date = l.birth_date)
union
select l.row_id, d.person_id
  from temp_left l
  join programme.registry_rows r on r.id = l.row_id
  join programme.registry_loads o on o.id = r.load_id
  join decided d on d.name_key = l.name_key and d.birth_date = l.birth_date and d.load_id <> r.load_id
   and (d.household = coalesce(r.kk_sealed, r.household_sealed)
        or d.household is null and coalesce(r.kk_sealed, r.household_sealed) is null
           and d.village_code = l.village_code and d.source = o.source)
 where not exists (select from programme.person_rows s join programme.registry_rows w on w.id = s.row_id
                    where s.person_id = d.person_id and w.name_key = l.name_key and w.birth_date = l.birth_date)
