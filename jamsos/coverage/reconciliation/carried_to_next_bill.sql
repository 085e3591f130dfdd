-- Carry the fund's unresolved differences to its next bill.
with carried as (
    insert into programme.carried_differences (bill_id, difference_id, village_code)
    select :bill_id, d.id, d.village_code
      from programme.coverage_differences d
      join programme.insurer_receipts r on r.id = d.insurer_receipt_id
      join programme.bills b on b.id = r.bill_id
     where b.fund_id = :fund_id and {open}
    returning difference_id
)
select count(*), coalesce(sum(d.received_amount - d.billed_amount), 0)::bigint
  from carried join programme.coverage_differences d on d.id = difference_id
