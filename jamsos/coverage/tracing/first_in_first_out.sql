-- First in, first out: lay the sources of a fund and its outflows on one line of rupiah each. Rupiah n of the outflows
-- is rupiah n of the sources. Only fields that may pay contributions count. A refund reduces the newest part of the
-- same donation. Reversed transactions do not count.
tied as (
    select distinct on (field) field, pays_contributions from programme.fund_shares
     where fund_id = :fund order by field, valid_from desc
), cash as materialized (
    select t.id, t.number, t.kind, t.reference, sum(p.amount)::bigint as amount
      from programme.journal_transactions t
      join programme.postings p on p.transaction_id = t.id and p.account = 'cash'
      left join tied s on s.field = p.field
     where t.fund_id = :fund and t.kind <> 'reverse' and coalesce(s.pays_contributions, true)
       and not exists (select from programme.journal_transactions r where r.reverses_id = t.id)
     group by t.id
), returned as (
    select reference, -sum(amount) as amount from cash where kind = 'refund' group by reference
), came as (
    select c.*, sum(c.amount) over (partition by c.reference order by c.number desc) - c.amount as newer,
           row_number() over (partition by c.reference, c.kind order by c.number) as turn
      from cash c where c.kind in ('receive', 'donate', 'carry') and c.amount > 0
), kept as (
    select c.id, c.number, c.kind, c.reference, c.turn,
           (c.amount - least(c.amount, greatest(coalesce(r.amount, 0) - c.newer, 0)))::bigint as amount
      from came c left join returned r using (reference)
), sources as (
    select k.*, (sum(amount) over (order by number))::bigint - amount as starts,
           (sum(amount) over (order by number))::bigint as ends
      from kept k where amount > 0
), outflows as (
    select c.id, c.kind, c.reference, row_number() over (partition by c.reference, c.kind order by c.number) as turn,
           (sum(-c.amount) over (order by c.number))::bigint + c.amount as starts,
           (sum(-c.amount) over (order by c.number))::bigint as ends
      from cash c where c.kind in ('pay', 'carry') and c.amount < 0
)
