-- The money committed to a decree stays committed while its places may still be billed. The trigger checks every release.

-- next
-- Return the rupiah that a determination and its amendments may still cost. Count each place that is not billed, in
-- each month without signed minutes, at the rate of the month. A vacant place counts, because an amendment may fill it.
create function programme.promise_needed(determination bigint) returns bigint language sql stable as $$
    select coalesce(sum(greatest(d.worker_count - b.billed, 0) * coalesce(r.rate, d.rate)), 0)::bigint
      from programme.decrees d
      join programme.funds f on f.id = d.fund_id
      cross join lateral generate_series(d.month_from, d.month_to, interval '1 month') as g (moment)
      cross join lateral (select g.moment::date as month) m
      cross join lateral (select count(*) as billed from programme.worker_months w join programme.bills b on b.id = w.bill_id
                           where b.decree_id = d.id and w.month = m.month) b
      cross join lateral (select sum(amount) as rate from (
          select distinct on (c.programme) c.amount from programme.contribution_rates c
           where c.programme in ('JKK', 'JKM') and c.payer_class = case when f.is_via_apbd then 'public_budget' else 'other' end
             and c.valid_from <= m.month and (c.valid_to is null or c.valid_to >= m.month) and c.income_from <= 0 and c.sector is null
           order by c.programme, c.income_from desc, c.valid_from desc, c.id desc) c) r
     where d.id = determination
       and not exists (select from programme.minutes s where s.month = m.month and s.office_code = d.office_code
                          and not exists (select from programme.minutes_reopenings o where o.minutes_id = s.id))
$$
-- next
-- At commit, check that a release leaves at least the billed rupiah under its reference, and what a decree still needs.
-- billing.release.release_promise checks the same and names the refusal.
create function programme.refuse_needed_release() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    root bigint;
    referenced text[];
    promised bigint;
    spent bigint;
begin
    select coalesce(amends_id, id) into root from decrees where number = new.reference and office_code = new.office_code;
    select array_agg(number) into referenced from decrees where root in (id, amends_id);
    select coalesce(-sum(p.amount), 0) into promised from journal_transactions t join postings p on p.transaction_id = t.id
     where t.fund_id = new.fund_id and t.kind in ('commit', 'release', 'reverse') and p.account = 'committed'
       and t.reference = any(coalesce(referenced, array[new.reference]));
    select coalesce(sum(amount), 0) into spent from bills where decree_id = root;
    if promised < spent + coalesce(promise_needed(root), 0) then
        raise exception 'transaction % releases what is still promised to %', new.id, new.reference using errcode = 'restrict_violation';
    end if;
    return null;
end $$
-- next
create constraint trigger refuse_needed_release after insert on programme.journal_transactions
    deferrable initially deferred for each row when (new.kind = 'release') execute function programme.refuse_needed_release()
