-- Select the position of a worker-month on the line of its bill, and the payment that covers that position.
select w.fund_id, f.code, c.number as decree_number, b.billing_code, b.amount as bill_amount, d.number as sp2d_number,
       y.paid_date, y.amount as paid_amount, w.amount, w.bill_id,
       coalesce((select sum(s.amount) from programme.worker_month_sums s where s.bill_id = w.bill_id and s.month < w.month), 0)
       + coalesce((select sum(o.amount) from programme.worker_months o
                    where o.bill_id = w.bill_id and o.month = w.month
                      and (o.decree_line_id, o.person_id) < (w.decree_line_id, w.person_id)), 0)
       - coalesce((select sum(e.amount) from programme.payments e where e.bill_id = w.bill_id and e.id < y.id), 0) as place,
       y.transaction_id
  from programme.worker_months w
  join programme.paid_months p using (person_id, month)
  join programme.payments y on y.id = p.payment_id
  join programme.documents d on d.id = y.sp2d_id
  join programme.bills b on b.id = w.bill_id
  join programme.decrees c on c.id = b.decree_id
  join programme.funds f on f.id = w.fund_id
 where w.person_id = :person and w.month = :month
