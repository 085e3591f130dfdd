-- Select the numbers of both sides for a month, by fund: named by decrees (N1), confirmed (N2), billed (N3), paid (N4).
with named as (
    select r.fund_id, count(distinct h.person_id) as named
      from ({holding}) h join programme.decrees r on r.id = h.root_id
     where r.office_code = :office_code and :month between h.month_from and h.last_month
     group by r.fund_id
), covered as (
    select fund_id, count(*) as billed, sum(amount) as billed_amount,
           count(*) filter (where state <> 'billed') as paid,
           coalesce(sum(amount) filter (where state <> 'billed'), 0) as paid_amount,
           count(*) filter (where state = 'confirmed') as confirmed,
           coalesce(sum(amount) filter (where state = 'confirmed'), 0) as confirmed_amount
      from programme.coverage_months c
     where month = :month and fund_id in (select id from programme.funds where office_code = :office_code)
     group by fund_id
)
select f.id as fund_id, f.code as fund_code, coalesce(n.named, 0) as named, coalesce(c.confirmed, 0) as confirmed,
       coalesce(c.billed, 0) as billed, coalesce(c.paid, 0) as paid, coalesce(c.billed_amount, 0)::bigint as billed_amount,
       coalesce(c.paid_amount, 0)::bigint as paid_amount, coalesce(c.confirmed_amount, 0)::bigint as confirmed_amount
  from named n full join covered c using (fund_id) join programme.funds f on f.id = coalesce(n.fund_id, c.fund_id)
 order by f.code
