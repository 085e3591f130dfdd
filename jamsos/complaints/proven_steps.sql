-- A step of the office names the key or token of its officer, whatever program inserts it; only the oldest steps have
-- none. Each step needs another officer. Only the remedy of an upheld complaint may come from any officer.
create function programme.refuse_unproven_step() returns trigger language plpgsql as $$
begin
    if new.step <> 'appealed' and new.proof is null
    then raise exception 'step % of complaint % names no key', new.step, new.complaint_id using errcode = 'check_violation'; end if;
    if new.step = 'remedied' and (select s.decision from programme.complaint_steps s where s.complaint_id = new.complaint_id
                                    and s.decision is not null order by s.id desc limit 1) is distinct from 'upheld'
    then raise exception 'complaint % is not upheld', new.complaint_id using errcode = 'check_violation'; end if;
    if new.step <> 'remedied' and exists (
        select from programme.complaint_steps s where s.complaint_id = new.complaint_id and s.step <> 'remedied'
           and programme.officer_named(s.officer) = programme.officer_named(new.officer))
    then raise exception 'one officer does two steps of complaint %', new.complaint_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unproven_step before insert on programme.complaint_steps
    for each row execute function programme.refuse_unproven_step()
