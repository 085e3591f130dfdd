-- The journal's own guards: whoever inserts, by whatever way, the database links, checks and balances.
-- Functions that write balances and heads run as the owner, so that no role but the owner can write them otherwise.

-- next
-- A transaction becomes the next link of its fund's chain. The head's row is locked until commit.
create function programme.link_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    head journal_heads;
begin
    insert into journal_heads (fund_id, number, hash) values (new.fund_id, 0, '') on conflict do nothing;
    select * into head from journal_heads where fund_id = new.fund_id for update;
    new.number := head.number + 1;
    new.previous_hash := nullif(head.hash, '');
    new.recorded_at := clock_timestamp();
    new.hash := link_hash(new);
    update journal_heads set number = new.number, hash = new.hash where fund_id = new.fund_id;
    return new;
end $$

-- next
-- What a link says, in one canonical text: everything of the transaction, its document, its postings and the link before.
create function programme.link_hash(link programme.journal_transactions) returns bytea language sql stable
    set search_path = programme, pg_temp as $$
    select sha256(convert_to(jsonb_build_array(
        encode(link.previous_hash, 'hex'), link.fund_id, link.number, to_char(link.day, 'YYYY-MM-DD'), link.act, link.reference, link.memo,
        (select jsonb_build_array(kind, number, to_char(document_date, 'YYYY-MM-DD'), amount, encode(file_sha256, 'hex'))
           from programme.documents where id = link.document_id),
        link.reverses_id, to_char(link.recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
        encode(link.postings_sha256, 'hex'))::text, 'UTF8'))
$$

-- next
-- Postings arrive a whole transaction at a time. Both halves of the books sum to zero in every field, cash moves as budget
-- does, and nothing can be added to a transaction later, because its digest would no longer be that of its postings.
create function programme.keep_balances() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    wrong bigint;
begin
    select t.id into wrong
      from (select transaction_id, fund_id, field,
                   sum(amount) filter (where account in ('cash', 'received', 'contribution', 'refund', 'carried')) as held,
                   sum(amount) filter (where account in ('budget', 'free', 'committed', 'payable')) as promised,
                   sum(case account when 'cash' then amount when 'budget' then -amount else 0 end) as apart
              from postings where transaction_id in (select distinct transaction_id from added) group by 1, 2, 3) f
      join journal_transactions t on t.id = f.transaction_id
     where f.held <> 0 or f.promised <> 0 or f.apart <> 0 or f.fund_id <> t.fund_id
     limit 1;
    if found then
        raise exception 'transaction % does not sum to zero in every fund and field', wrong using errcode = 'check_violation';
    end if;
    select t.id into wrong
      from (select transaction_id,
                   sha256(convert_to(string_agg(concat_ws(' ', field, account, amount), E'\n' order by field, account, amount), 'UTF8')) as digest
              from postings where transaction_id in (select distinct transaction_id from added) group by 1) p
      join journal_transactions t on t.id = p.transaction_id
     where t.postings_sha256 <> p.digest
     limit 1;
    if found then
        raise exception 'the postings of transaction % are not those it was recorded with', wrong using errcode = 'check_violation';
    end if;
    -- the head of the chain is locked, so nobody else moves these balances; a check speaks after the sum, not before
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
-- At commit no transaction stands without its postings.
create function programme.refuse_bare_transaction() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if not exists (select from postings where transaction_id = new.id) then
        raise exception 'transaction % has no postings', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$

-- next
-- The balances of a fund, held still until the end of the act that asks.
create function programme.hold_fund(fund bigint) returns table (field text, account text, balance bigint)
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    insert into journal_heads (fund_id, number, hash) values (fund, 0, '') on conflict do nothing;
    perform from journal_heads where fund_id = fund for update;
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
