-- Money keeps the rules of its origin when it is carried to another year. The trigger checks every insert, whoever inserts.

-- next
-- At commit, check each transaction that carries money. Its reference is the code of a fund of the same office, kind
-- and payer, and of another year. There each carried field is tied as it is here, and no more groups are paid for.
-- corrections.carry_over checks the same and names the refusal.
create function programme.refuse_other_rules() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    here funds;
    there funds;
    sent boolean;
    wrong text;
begin
    select * into here from funds where id = new.fund_id;
    select * into there from funds where office_code = new.office_code and code = new.reference and id <> new.fund_id;
    if there.id is null or (here.office_code, here.kind, here.is_via_apbd) is distinct from (there.office_code, there.kind, there.is_via_apbd) then
        raise exception 'transaction % carries money to or from a fund of other rules', new.id using errcode = 'check_violation';
    end if;
    -- where money is carried out, `carried` is debited: the origin is the fund itself
    select bool_or(p.account = 'cash' and p.amount < 0) into sent from postings p where p.transaction_id = new.id;
    if (sent and there.fiscal_year <= here.fiscal_year) or (not sent and there.fiscal_year >= here.fiscal_year) then
        raise exception 'transaction % carries money into an earlier or the same year', new.id using errcode = 'check_violation';
    end if;
    select p.field into wrong from postings p
     where p.transaction_id = new.id
       and (select s.pays_contributions from fund_shares s where s.fund_id = here.id and s.field = p.field
             order by s.valid_from <= new.day desc, case when s.valid_from <= new.day then s.valid_from end desc, s.valid_from limit 1)
           is distinct from
           (select s.pays_contributions from fund_shares s where s.fund_id = there.id and s.field = p.field
             order by s.valid_from <= new.day desc, case when s.valid_from <= new.day then s.valid_from end desc, s.valid_from limit 1)
     limit 1;
    if wrong is not null then
        raise exception 'transaction % carries the field % into a fund where it is tied otherwise', new.id, wrong using errcode = 'check_violation';
    end if;
    if exists (select from fund_groups g where g.fund_id = case when sent then here.id else there.id end) and (
        not exists (select from fund_groups g where g.fund_id = case when sent then there.id else here.id end)
        or exists (
            select from (select distinct on (g.group_code) g.group_code, g.is_allowed from fund_groups g
                          where g.fund_id = case when sent then there.id else here.id end order by g.group_code, g.valid_from desc, g.id desc) t
             where t.is_allowed and not coalesce((select o.is_allowed from fund_groups o
                          where o.fund_id = case when sent then here.id else there.id end and o.group_code = t.group_code
                          order by o.valid_from desc, o.id desc limit 1), false))) then
        raise exception 'transaction % carries money into a fund that pays for more groups', new.id using errcode = 'check_violation';
    end if;
    return null;
end $$

-- next
create constraint trigger refuse_other_rules after insert on programme.journal_transactions
    deferrable initially deferred for each row when (new.kind = 'carry') execute function programme.refuse_other_rules()
