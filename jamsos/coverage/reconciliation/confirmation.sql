-- Compare the insurer's confirmation with the bill and its payments. Each row gets one result, the first that applies.
-- A row that agrees, or exceeds the bill, is confirmed.
with received as (
    select * from unnest(:lines, :months, :numbers, :amounts) as r (line, month, membership_number, amount)
), members as (
    select distinct on (membership_number) membership_number, person_id
      from programme.enrolment_answers
     where membership_number in (select membership_number from received)
     order by membership_number, id desc
), judged as (
    select r.line, r.month, r.amount as received_amount, m.person_id, w.amount, w.village_code,
           case when m.person_id is null then 'unknown_member'
                when w.person_id is null and exists (select from programme.worker_months o
                     where o.bill_id = :bill_id and o.person_id = m.person_id) then 'wrong_month'
                when w.person_id is null then 'not_billed'
                when c.person_id is not null
                  or row_number() over (partition by m.person_id, r.month order by r.line) > 1 then 'double'
                when p.person_id is null then 'not_paid'
                when r.amount < w.amount then 'short'
                when r.amount > w.amount then 'over' end as kind
      from received r
      left join members m using (membership_number)
      left join programme.worker_months w on w.bill_id = :bill_id and w.person_id = m.person_id and w.month = r.month
      left join programme.paid_months p on p.person_id = w.person_id and p.month = w.month
      left join programme.confirmed_months c on c.person_id = w.person_id and c.month = w.month
), differences as (
    select kind, line, person_id, month, case when kind in ('short', 'over') then amount else 0 end as billed_amount,
           received_amount, coalesce(village_code, :office_code) as village_code
      from judged where kind is not null
    union all
    select 'not_confirmed', null, w.person_id, w.month, w.amount, 0, w.village_code
      from programme.worker_months w
      join programme.paid_months p using (person_id, month)
     where w.bill_id = :bill_id and w.month in (select month from received)
       and not exists (select from judged j where j.person_id = w.person_id and j.month = w.month)
       and not exists (select from programme.confirmed_months c where c.person_id = w.person_id and c.month = w.month)
), confirmed as (
    insert into programme.confirmed_months (person_id, month, insurer_receipt_id, village_code)
    select person_id, month, :insurer_receipt_id, village_code from judged where kind is null or kind = 'over'
    returning 1
), kept as (
    insert into programme.coverage_differences
           (insurer_receipt_id, kind, line, person_id, month, billed_amount, received_amount, village_code)
    select :insurer_receipt_id, kind, line, person_id, month, billed_amount, received_amount, village_code from differences
    returning kind, billed_amount, received_amount
)
select 'confirmed' as kind, count(*) as count, 0 as billed, 0 as received from confirmed
union all
select kind, count(*), sum(billed_amount)::bigint, sum(received_amount)::bigint from kept group by kind
