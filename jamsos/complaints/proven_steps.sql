-- Each step of the office needs the proof of its officer, whatever program inserts it. Each step needs another officer
-- (a unique key). Only the remedy of an upheld complaint may come from any officer.
create function programme.refuse_unproven_step() returns trigger language plpgsql as $$
begin
    if new.step <> 'appealed' then perform programme.must_be_proven(new.officer_id, new.proof); end if;
    if new.step = 'remedied' and (select s.decision from programme.complaint_steps s where s.complaint_id = new.complaint_id
                                    and s.decision is not null order by s.id desc limit 1) is distinct from 'upheld'
    then raise exception 'complaint % is not upheld', new.complaint_id using errcode = 'check_violation'; end if;
    if new.step <> 'remedied' and exists (
        select from programme.complaint_steps s, programme.proven_by(s.proof) p, programme.proven_by(new.proof) n
         where s.complaint_id = new.complaint_id and s.step <> 'remedied'
           and (s.officer_id = any(n.voucher_ids) or new.officer_id = any(p.voucher_ids)))
    then raise exception 'a step of complaint % by who issued the key of another', new.complaint_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unproven_step before insert on programme.complaint_steps
    for each row execute function programme.refuse_unproven_step()
