-- The state of every worker-month: billed, paid, confirmed.
create view programme.coverage_months with (security_invoker = true) as
select w.person_id, w.month, w.bill_id, w.decree_line_id, w.fund_id, w.group_code, w.village_code,
       w.jkk_amount, w.jkm_amount, w.amount,
       case when c.person_id is not null then 'confirmed' when p.person_id is not null then 'paid' else 'billed' end
           as state,
       p.payment_id, c.insurer_receipt_id
from programme.worker_months w
left join programme.paid_months p using (person_id, month)
left join programme.confirmed_months c using (person_id, month)
