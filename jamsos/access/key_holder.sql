-- Look up the holder of a key as the owner. Row-level security shows agencies to known actors only, and before this
-- lookup the actor is unknown. The newest term of an officer decides the present permissions.
create function programme.key_holder(asked text)
returns table (key_id bigint, secret_hash bytea, scopes text[], expires_at timestamptz, revoked_at timestamptz, voucher_ids bigint[],
               officer_id bigint, officer text, roles text[], is_active boolean, {found})
language sql stable security definer set search_path = '' as $$
    select k.id, k.secret_hash, k.scopes, k.expires_at, k.revoked_at, k.voucher_ids, o.id, o.name, t.roles,
           o.id is null or coalesce((now() at time zone 'Asia/Makassar')::date between t.active_from and coalesce(t.active_to, 'infinity'), false),
           a.id, a.code, a.kind, a.region_code
    from programme.api_keys k
    join programme.agencies a on a.id = k.agency_id
    left join programme.officers o on o.id = k.officer_id
    left join lateral (select * from programme.officer_terms t where t.officer_id = o.id order by t.id desc limit 1) t on true
    where k.prefix = asked
$$
-- next
create function programme.agency_named(asked text) returns table ({found})
language sql stable security definer set search_path = '' as $$
    select a.id, a.code, a.kind, a.region_code from programme.agencies a where a.code = asked
$$
