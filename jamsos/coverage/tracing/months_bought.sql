-- Select the worker-months that some spans of bills paid, by district and month. Stored sums give the whole months of a
-- bill. Only where a span ends within a month are single worker-months read.
with spans as (select * from unnest(:bills, :starts, :ends) as span (bill_id, starts, ends)
), sums as (
    select bill_id, month, sum(amount) as amount from programme.worker_month_sums
     where bill_id = any (:bills) group by bill_id, month
), months as (
    select bill_id, month, amount, (sum(amount) over (partition by bill_id order by month))::bigint as ends from sums
), blocks as (
    select bill_id, month, m.ends - m.amount as begun, greatest(m.ends - m.amount, s.starts) as starts,
           least(m.ends, s.ends) as ends, s.starts <= m.ends - m.amount and m.ends <= s.ends as is_whole
      from months m join spans s using (bill_id) where m.ends - m.amount < s.ends and m.ends > s.starts
), lines as (
    select w.bill_id, w.month, w.person_id, w.village_code, w.amount,
           b.begun + sum(w.amount) over (partition by w.bill_id, w.month order by w.decree_line_id, w.person_id) as ends
      from programme.worker_months w
      join (select distinct bill_id, month, begun from blocks where not is_whole) b using (bill_id, month)
), parts as (
    select l.village_code, l.month, l.amount,
           sum(least(l.ends, b.ends) - greatest(l.ends - l.amount, b.starts)) as part
      from lines l join blocks b using (bill_id, month)
     where not b.is_whole and l.ends > b.starts and l.ends - l.amount < b.ends
     group by l.person_id, l.month, l.village_code, l.amount
), bought as (
    select s.village_code, s.month, s.worker_months, 0 as shared, s.amount
      from programme.worker_month_sums s join blocks using (bill_id, month) where is_whole
    union all
    select village_code, month, 1, (part < amount)::int, part from parts
)
select left(village_code, 8), month, sum(worker_months)::bigint, sum(shared)::bigint, sum(amount)::bigint
  from bought group by 1, 2 order by 1, 2
