-- Insert confirmed months that should not have been paid and are not yet recorded as differences. The insurer received
-- what was billed, so both amounts are equal. A withdrawn difference is recorded again when there is a new reason.
insert into programme.coverage_differences
       (insurer_receipt_id, kind, person_id, month, billed_amount, received_amount, village_code, follows_id)
select distinct on (c.person_id, c.month) c.insurer_receipt_id, u.kind, c.person_id, c.month, w.amount, w.amount, c.village_code,
       (select max(d.id) from programme.coverage_differences d join programme.difference_resolutions s on s.difference_id = d.id
         where d.person_id = c.person_id and d.month = c.month and s.resolution = 'withdrawn')
  from programme.unneeded_months u
  join programme.confirmed_months c on c.person_id = u.person_id and c.month between u.month_from and u.month_to
  join programme.worker_months w on w.person_id = c.person_id and w.month = c.month
 where {whose}
 order by c.person_id, c.month, u.kind
on conflict (person_id, month, coalesce(follows_id, 0)) where {in_vain} do nothing
