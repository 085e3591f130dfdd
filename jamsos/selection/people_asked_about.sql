-- Select what the criteria need to know about every person of a regency. One statement reads everything at one moment.
-- One row per village contains the facts of its persons, concatenated in binary form. One row per group and kind of
-- event contains its persons. One row per person would take longer to send and to read than to find.
select 'person' as what, p.village_code as code, string_agg(int8send(p.id), '') as persons,
       string_agg(date_send(coalesce(p.birth_date, 'infinity')), '') as births,
       string_agg(int4send(case when p.nik_sealed is not null then 1 else 0 end
           + case p.is_dukcapil_matched when true then 2 when false then 4 else 0 end
           + case when p.other_payer_from <= $4 and coalesce(p.other_payer_to, 'infinity') >= $3 then 8 else 0 end
           + case p.sex when 'female' then 16 when 'male' then 32 else 0 end
           + 64 * (coalesce(p.decile, -1) + 1)), '') as facts,
       string_agg(coalesce(p.occupation, ''), ' ') as occupations,
       string_agg(coalesce(p.decile_source, ''), ' ') as decile_sources
from {people} p
where p.village_code >= $1 and p.village_code < $2 and p.merged_into_id is null
group by p.village_code
union all
select 'group', group_code, string_agg(int8send(person_id), ''), null, null, null, null from {groups} group by group_code
union all
select 'event', kind, string_agg(int8send(person_id), ''), null, null, null, null
from {events} group by kind
