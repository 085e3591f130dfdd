-- Each statement that adds worker-months also writes their sums, so that totals need not read every worker-month. Sums
-- are only
-- inserted: concurrent bills never wait for each other, and no sum is ever reduced.
create function programme.add_up_worker_months() returns trigger language plpgsql as $$
begin
    insert into programme.worker_month_sums
           (month, bill_id, fund_id, group_code, village_code, worker_months, jkk_amount, jkm_amount, amount)
    select month, bill_id, fund_id, group_code, village_code, count(*), sum(jkk_amount), sum(jkm_amount), sum(amount)
      from added group by month, bill_id, fund_id, group_code, village_code;
    return null;
end $$
-- next
create trigger add_up_worker_months after insert on programme.worker_months
    referencing new table as added for each statement execute function programme.add_up_worker_months()
