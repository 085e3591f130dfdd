-- A later register or a better source may report a withdrawn event again. The new event then follows the withdrawn one.
-- The function runs as the owner, because the person may have moved out of the sight in which the event was withdrawn.
create function programme.follow_withdrawn() returns trigger language plpgsql security definer set search_path = programme, pg_temp as $$
begin
    new.follows_id := (select max(e.id) from life_events e join life_event_withdrawals w on w.event_id = e.id
                        where e.person_id = new.person_id and e.kind = new.kind and e.event_date = new.event_date);
    return new;
end $$
-- next
create trigger follow_withdrawn before insert on programme.life_events
    for each row execute function programme.follow_withdrawn()
