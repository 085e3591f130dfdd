-- Select premiums and benefits by fund and group. Benefits of unpaid months come last, without a fund.
with premiums as (
    select fund_id, group_code, count(*) as months, sum(amount) as amount
      from programme.coverage_months where state <> 'billed' group by 1, 2
),
benefits as (
    select w.fund_id, w.group_code, count(*) as claims, sum(c.amount) as amount
      from programme.claims c
      left join programme.worker_months w on w.person_id = c.person_id and w.month = c.valid_month
     group by 1, 2
)
select f.code as fund_code, p.group_code, p.months as paid_months, p.amount::bigint as premiums,
       coalesce(b.claims, 0) as claims, coalesce(b.amount, 0)::bigint as benefits
  from premiums p
  join programme.funds f on f.id = p.fund_id
  left join benefits b on b.fund_id = p.fund_id and b.group_code is not distinct from p.group_code
union all
select null, null, 0, 0, b.claims, b.amount::bigint from benefits b where b.fund_id is null
 order by 1, 2
