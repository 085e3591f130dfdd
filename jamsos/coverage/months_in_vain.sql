-- Months paid in vain, as soon as a death, a move, another payer or a merge is recorded. Months that the insurer has not confirmed
-- and months paid ahead are among them. A month is due by the end of the year of its payment, or of the day its ground became known.
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
              where {in_vain} order by person_id, month, id desc) d on d.person_id = m.person_id and d.month = m.month
  left join programme.difference_resolutions s on s.difference_id = d.id
 where {sight}
 order by m.person_id, m.month, u.kind
