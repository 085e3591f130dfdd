-- Select the first balance or daily sum that differs from the postings.
with posted as (
    select fund_id, field, account, sum(amount) as amount from programme.postings group by 1, 2, 3
), days as (
    select fund_id, field, account, sum(amount) as amount from programme.fund_days group by 1, 2, 3
)
select f.code, h.number, 'broken.balance'
  from posted p
  full join programme.fund_balances b using (fund_id, field, account)
  full join days d using (fund_id, field, account)
  join programme.funds f on f.id = fund_id
  left join programme.journal_heads h using (fund_id)
 where p.amount is distinct from b.balance or p.amount is distinct from d.amount
 order by 1 limit 1
