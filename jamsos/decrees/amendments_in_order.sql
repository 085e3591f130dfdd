-- Amendments follow the order of their signing dates, and none is signed before its decree. Concurrent amendments wait for each other.
create function programme.refuse_early_amendment() returns trigger language plpgsql
    security definer set search_path = programme, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtext('jamsos.amendments'), hashtext(new.office_code));
    if exists (select from decrees d where d.id = new.amends_id and d.office_code <> new.office_code)
    then raise exception 'decree % amends one of another regency', new.number using errcode = 'check_violation'; end if;
    if exists (select from decrees d where (d.id = new.amends_id or d.amends_id = new.amends_id) and d.signed_date > new.signed_date)
    then raise exception 'decree % is signed before one that it follows', new.number using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_early_amendment before insert on programme.decrees
    for each row when (new.amends_id is not null) execute function programme.refuse_early_amendment()
