-- Spells of cover: unbroken stretches of paid months of one worker under one decree line, so of one fund, place and group.
-- A worker is protected on a day whose month is paid, or which lies at most the months of grace after the last paid month.
-- Nobody is protected after the day of death. No unpaid month is in grace after the line's end, a move, a job or another's paying.
-- `run_from` is the first month of the unbroken run that a stretch belongs to. `{whose}`: which paid months `m` to read.
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
     where {whose}
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
