alter table programme.complaint_steps add proof TEXT COLLATE "C", add CONSTRAINT complaint_steps_complaint_id_proof_key UNIQUE (complaint_id, proof)
-- next
create function programme.refuse_unproven_step() returns trigger language plpgsql as $$
begin
    if new.step <> 'appealed' and new.proof is null
    then raise exception 'step % of complaint % names no key', new.step, new.complaint_id using errcode = 'check_violation'; end if;
    return new;
end $$
-- next
create trigger refuse_unproven_step before insert on programme.complaint_steps
    for each row execute function programme.refuse_unproven_step()
