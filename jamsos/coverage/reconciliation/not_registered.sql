-- Insert differences `not_registered`: persons whom the bill's decree names for a month of the insurer's confirmation,
-- and who were never billed for that month.
insert into programme.coverage_differences
       (insurer_receipt_id, kind, person_id, month, billed_amount, received_amount, village_code)
select distinct on (h.person_id, m.month) :insurer_receipt_id, 'not_registered', h.person_id, m.month, 0, 0, h.village_code
  from programme.bills b
  join ({holding}) h on h.root_id = b.decree_id
  join (select distinct month from programme.confirmed_months where insurer_receipt_id = :insurer_receipt_id
        union select month from programme.coverage_differences where insurer_receipt_id = :insurer_receipt_id and kind = 'not_confirmed') m
    on m.month between h.month_from and h.last_month
  left join programme.worker_months w on w.person_id = h.person_id and w.month = m.month
 where b.id = :bill_id and w.person_id is null
   and not exists (select from programme.coverage_differences d
                    where d.kind = 'not_registered' and d.person_id = h.person_id and d.month = m.month)
 order by h.person_id, m.month, h.id
returning kind
