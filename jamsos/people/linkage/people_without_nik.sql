-- Select the people without a NIK in the districts of newcomers with one.
with reach as (
    select distinct left(r.village_code, 8) as district from temp_newcomers n
      join temp_arrivals a on a.nik_sealed = n.nik_sealed join programme.registry_rows r on r.id = a.row_id
     where not exists (select from programme.people p where p.id = n.person_id)
)
select r.id, r.name_key, r.birth_date, r.sex, r.village_code, coalesce(h.homes, '{}') as homes, p.id,
       array_agg(r.load_id) over (partition by p.id) as loads
  from programme.people p
  join programme.person_rows s on s.person_id = p.id
  join programme.registry_rows r on r.id = s.row_id
  left join (select row_id, array_agg(distinct encode(household, 'hex')) as homes from temp_kin group by 1) h on h.row_id = r.id
 where p.nik_sealed is null and left(p.village_code, 8) in (select district from reach)
   and not exists (select from temp_newcomers n where n.person_id = p.id)
 order by r.id
