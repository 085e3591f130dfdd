-- Record in each decree line the version of the person that was known when the decree was issued. Documents print the
-- signed words, even after a newer register or a merge changes the person.
create function programme.keep_signed_words() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    select version into new.person_version from people where id = new.person_id;
    return new;
end $$
-- next
create trigger keep_signed_words before insert on programme.decree_lines
    for each row execute function programme.keep_signed_words()
