-- A person on a list in force, or with billed and unconfirmed months, keeps id and NIK. Bills, answers and insurer
-- receipts refer to them.
create function programme.keep_who_is_on_lists() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    if exists (select from decree_lines l left join decree_lines e on e.replaces_line_id = l.id and e.action = 'termination'
               where l.person_id = old.id and l.action <> 'termination'
                 and coalesce(e.month_to, l.month_to) >= date_trunc('month', now() at time zone 'Asia/Makassar'))
       or exists (select from worker_months w left join confirmed_months c using (person_id, month)
                  where w.person_id = old.id and c.person_id is null)
    then raise exception 'person % stands on a list in force', old.id using errcode = 'restrict_violation'; end if;
    return new;
end $$
-- next
create trigger keep_who_is_on_lists before update of merged_into_id, nik_sealed on programme.people for each row
    when ((old.merged_into_id is null and new.merged_into_id is not null) or (old.nik_sealed is not null and new.nik_sealed is null))
    execute function programme.keep_who_is_on_lists()
