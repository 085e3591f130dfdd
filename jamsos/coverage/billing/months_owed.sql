-- Worker-months that a decree owes: from the month in which a member's cover starts, never after the month of death.
with {accepted}, rates as (
    select * from unnest(:months, :sectors, :jkk, :jkm) as r (month, sector, jkk, jkm)
), owed as (
    select distinct on (l.person_id, r.month)
           l.person_id, r.month, l.id as decree_line_id, l.group_code, l.village_code, r.jkk, r.jkm, a.membership_number
      from ({holding}) l
      join accepted a on a.person_id = l.person_id
      join programme.people p on p.id = l.person_id
      join rates r on r.month between greatest(l.month_from, a.start_month) and l.last_month
                  and r.sector is not distinct from case when p.occupation = 'driver' then 'transport' end
     where l.root_id = :root
     order by l.person_id, r.month, l.id
), dead as (
    select person_id, date_trunc('month', min(event_date)) + interval '1 month' as first_month
      from programme.standing_life_events where kind = 'died' group by person_id
), split as (
    select o.*, w.person_id is not null as is_billed,
           w.person_id is null and d.first_month <= o.month is not true as is_owed
      from owed o left join programme.worker_months w using (person_id, month) left join dead d using (person_id)
)
