-- Select the movements of a fund's cash. Donations and refunds refer to pledge codes, which are secrets of their
-- donors, so each kind appears as one sum.
with cash as (
    select t.kind, case when t.kind in ('receive', 'carry') then t.reference end as reference, t.day, t.number, sum(p.amount) as amount
      from programme.journal_transactions t
      join programme.postings p on p.transaction_id = t.id and p.account = 'cash'
     where t.fund_id = :fund and t.kind <> 'reverse'
       and not exists (select from programme.journal_transactions r where r.reverses_id = t.id)
     group by t.id
)
select kind, reference, min(day), sum(amount)::bigint from cash
 group by kind, reference, amount > 0, case when kind in ('receive', 'carry') then number end
 order by min(number)
