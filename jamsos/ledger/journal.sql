-- The journal's own protection: the database links, checks and balances every insert, whoever inserts. The functions
-- that write balances and heads run as the owner, so that no other role can write to those tables.

-- next
-- Make a transaction the next link of its fund's chain. The head's row is locked until commit. The hash of a link
-- covers one canonical
-- text: the previous link, all columns of the transaction, its document, and the digest of its postings.
create function programme.link_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    head journal_heads;
begin
    select * into head from journal_heads where fund_id = new.fund_id for update;
    if not found then
        insert into journal_heads (fund_id, number, hash) values (new.fund_id, 0, '') on conflict do nothing;
        select * into head from journal_heads where fund_id = new.fund_id for update;
    end if;
    select office_code into new.office_code from funds where id = new.fund_id;
    new.number := head.number + 1;
    new.previous_hash := nullif(head.hash, '');
    new.recorded_at := clock_timestamp();
    new.hash := sha256(convert_to(jsonb_build_array(
        encode(new.previous_hash, 'hex'), new.fund_id, new.number, to_char(new.day, 'YYYY-MM-DD'), new.kind, new.reference, new.memo,
        (select jsonb_build_array(kind, number, to_char(document_date, 'YYYY-MM-DD'), amount, encode(file_sha256, 'hex'))
           from programme.documents where id = new.document_id),
        new.reverses_id, to_char(new.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        encode(new.postings_sha256, 'hex'))::text, 'UTF8'));
    update journal_heads set number = new.number, hash = new.hash where fund_id = new.fund_id;
    return new;
end $$

-- next
-- Check and balance the postings of whole transactions. Both halves of the accounts sum to zero in every field, cash
-- moves as budget does, and the postings match the transaction's digest. Nobody can add postings later: the digest
-- admits only the same postings, and those are unique. Plans use index lookups only, because a plan made for a small
-- journal would later scan a large one.
create function programme.keep_balances() returns trigger language plpgsql security definer
    set search_path = programme, pg_temp set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    wrong bigint;
begin
    select transaction_id into wrong
      from added group by transaction_id, field
    having sum(case when account in ('cash', 'received', 'contribution', 'refund', 'carried') then amount else 0 end) <> 0
        or sum(case when account in ('budget', 'free', 'committed', 'payable') then amount else 0 end) <> 0
        or sum(case account when 'cash' then amount when 'budget' then -amount else 0 end) <> 0
     limit 1;
    if found then
        raise exception 'transaction % does not sum to zero in every field', wrong using errcode = 'check_violation';
    end if;
    select p.transaction_id into wrong
      from (select transaction_id, min(fund_id) as first_fund, max(fund_id) as last_fund,
                   sha256(convert_to(string_agg(concat_ws(' ', field, account, amount), E'\n' order by field, account), 'UTF8')) as digest
              from added group by transaction_id) p
      left join journal_transactions t on t.id = p.transaction_id
     where t.fund_id is distinct from p.first_fund or t.fund_id is distinct from p.last_fund or t.postings_sha256 <> p.digest
     limit 1;
    if found then
        raise exception 'the postings of transaction % are not those it was recorded with', wrong using errcode = 'check_violation';
    end if;
    -- The head of the chain is locked, so no other transaction changes these balances. Update before insert: a check on
    -- an inserted part would fail before the parts are summed.
    update fund_balances b set balance = b.balance + m.amount
      from (select fund_id, field, account, sum(amount) as amount from added group by 1, 2, 3) m
     where (b.fund_id, b.field, b.account) = (m.fund_id, m.field, m.account);
    insert into fund_balances (fund_id, field, account, balance)
    select fund_id, field, account, sum(amount) from added a
     where not exists (select from fund_balances b where (b.fund_id, b.field, b.account) = (a.fund_id, a.field, a.account))
     group by 1, 2, 3;
    insert into fund_days (fund_id, day, field, account, amount)
    select a.fund_id, t.day, a.field, a.account, sum(a.amount)
      from added a join journal_transactions t on t.id = a.transaction_id group by 1, 2, 3, 4
    on conflict (fund_id, day, field, account) do update set amount = fund_days.amount + excluded.amount;
    return null;
end $$

-- next
-- At commit, refuse a transaction without postings.
create function programme.refuse_bare_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if not exists (select from postings where transaction_id = new.id) then
        raise exception 'transaction % has no postings', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$

-- next
-- Return the balances of a fund and lock the fund until the end of the calling transaction.
create function programme.hold_fund(fund bigint) returns table (field text, account text, balance bigint)
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    perform from journal_heads where fund_id = fund for update;
    if not found then
        insert into journal_heads (fund_id, number, hash) values (fund, 0, '') on conflict do nothing;
        perform from journal_heads where fund_id = fund for update;
    end if;
    return query select b.field, b.account, b.balance from fund_balances b where b.fund_id = fund;
end $$

-- next
create trigger link_transaction before insert on programme.journal_transactions
    for each row execute function programme.link_transaction()

-- next
create trigger keep_balances after insert on programme.postings
    referencing new table as added for each statement execute function programme.keep_balances()

-- next
create constraint trigger refuse_bare_transaction after insert on programme.journal_transactions
    deferrable initially deferred for each row execute function programme.refuse_bare_transaction()

-- next
revoke insert, update on programme.fund_balances, programme.fund_days, programme.journal_heads from jamsos_api
