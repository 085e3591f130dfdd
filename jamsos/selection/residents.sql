-- Select facts that a list needs about present and former residents of its regency, although row-level security hides
-- rows that another office recorded. An agency learns nothing of regions beyond its sight.
create function programme.is_in_sight(first text, beyond text) returns boolean language sql stable parallel safe as $$
    -- the owner has no sight and sees everything; `set role` still shows here, although the function runs as the owner
    select case when nullif(current_setting('jamsos.sight_from', true), '') is null
                then session_user = current_user and current_setting('role') in ('none', session_user)
                else first collate "C" >= current_setting('jamsos.sight_from', true) collate "C"
                     and beyond collate "C" <= current_setting('jamsos.sight_to', true) collate "C" end
$$
-- next
create function programme.events_from_elsewhere(first text, beyond text, day date, known_at timestamptz default 'infinity')
returns table (person_id bigint, kind text) language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    select e.person_id, e.kind from life_events e
     where programme.is_in_sight(first, beyond)
       and (e.village_code >= first and e.village_code < beyond) is not true
       and (e.kind <> 'moved' or e.village_code is null)  -- away from another regency
       and e.event_date <= day and e.recorded_at <= known_at
       and not exists (select from life_event_withdrawals w where w.event_id = e.id and w.recorded_at <= known_at)
       and exists (select from person_versions v where v.person_id = e.person_id and v.recorded_at <= known_at
                     and v.village_code >= first and v.village_code < beyond)
$$
-- next
create function programme.residents_known(first text, beyond text, known_at timestamptz)
returns setof programme.person_versions language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    with latest as (
        select distinct on (v.person_id) v.* from person_versions v where v.recorded_at <= known_at order by v.person_id, v.version desc
    ), ended as (
        select distinct on (id) id, into_id
          from (select from_person_id as id, id as event_id, to_person_id as into_id from identity_events where kind = 'merged' and recorded_at <= known_at
                union all
                select to_person_id, id, null from identity_events where kind = 'parted' and recorded_at <= known_at) happened
         order by id, event_id desc
    )
    select l.* from latest l
     where programme.is_in_sight(first, beyond) and l.village_code >= first and l.village_code < beyond
       and not exists (select from ended e where e.id = l.person_id and e.into_id is not null)
$$
-- next
create function programme.groups_known(first text, beyond text, known_at timestamptz)
returns table (person_id bigint, group_code text) language sql stable parallel safe security definer set search_path = programme, pg_temp as $$
    select h.person_id, h.group_code
      from (select g.person_id, g.group_code, g.village_code from person_groups g where g.since <= known_at
            union
            select l.person_id, l.group_code, l.village_code from person_groups_left l where l.since <= known_at and l.until > known_at) h
     where programme.is_in_sight(first, beyond)
       and (h.village_code >= first and h.village_code < beyond
            or exists (select from person_versions v where v.person_id = h.person_id and v.recorded_at <= known_at
                         and v.village_code >= first and v.village_code < beyond))
$$
-- next
revoke execute on function programme.events_from_elsewhere, programme.residents_known, programme.groups_known from public
-- next
grant execute on function programme.events_from_elsewhere, programme.residents_known, programme.groups_known to jamsos_api
