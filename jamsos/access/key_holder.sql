-- Look up the holder of a key as the owner. Row-level security shows agencies to known actors only, and before this
-- lookup the actor is unknown.
create function programme.key_holder(asked text)
returns table (key_id bigint, first_id bigint, secret_hash bytea, scopes text[], expires_at timestamptz, revoked_at timestamptz,
               {found})
language sql stable security definer set search_path = '' as $$
    select k.id, (select min(f.id) from programme.api_keys f where f.agency_id = k.agency_id and f.label = k.label),
           k.secret_hash, k.scopes, k.expires_at, k.revoked_at, a.id, a.code, a.kind, a.region_code
    from programme.api_keys k join programme.agencies a on a.id = k.agency_id where k.prefix = asked
$$
-- next
create function programme.agency_named(asked text) returns table ({found})
language sql stable security definer set search_path = '' as $$
    select a.id, a.code, a.kind, a.region_code from programme.agencies a where a.code = asked
$$
