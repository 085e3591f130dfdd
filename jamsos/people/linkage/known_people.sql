-- Select the people near the rows that seek a person, in every spelling of their rows.
with ways as (
    select s.person_id, min(s.row_id) as row_id, r.name_key, r.birth_date, r.sex, r.village_code
      from temp_near n
      join programme.person_rows s on s.person_id = n.person_id
      join programme.registry_rows r on r.id = s.row_id
     group by 1, 3, 4, 5, 6
),
loads as (
    select s.person_id, array_agg(distinct r.load_id) as loads
      from temp_near n
      join programme.person_rows s on s.person_id = n.person_id
      join programme.registry_rows r on r.id = s.row_id
     group by 1
),
homes as (
    select person_id, array_agg(distinct encode(household, 'hex')) as homes
      from (select id as person_id, kk_sealed as household from programme.people
             where kk_sealed is not null and id in (select person_id from temp_near)
            union all
            select person_id, household from temp_witnesses) h
     group by 1
)
select w.row_id, w.name_key, w.birth_date, w.sex, w.village_code, coalesce(h.homes, '{}') as homes, w.person_id, l.loads
  from ways w
  join loads l on l.person_id = w.person_id
  left join homes h on h.person_id = w.person_id
 order by w.row_id
