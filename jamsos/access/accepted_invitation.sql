-- Look up the invitation as the owner, because the invited person is unknown before the key exists.
create function programme.invitation_of(asked text)
returns table (id bigint, secret_hash bytea, scopes text[], label text, days int, expires_at timestamptz, accepted_at timestamptz,
               issued_by text, issued_by_id bigint, voucher_ids bigint[], officer_id bigint, officer text,
               agency_id bigint, code text, kind text, region_code text)
language sql stable security definer set search_path = '' as $$
    select i.id, i.secret_hash, i.scopes, i.label, i.days, i.expires_at, i.accepted_at, i.issued_by, i.issued_by_id, i.voucher_ids,
           o.id, o.name, a.id, a.code, a.kind, a.region_code
    from programme.officer_invitations i
    join programme.officers o on o.id = i.officer_id
    join programme.agencies a on a.id = i.agency_id
    where i.prefix = asked
$$
-- next
-- Accept the invitation for only one of two concurrent requests.
create function programme.accept_invitation(asked bigint) returns boolean
language sql volatile security definer set search_path = '' as $$
    with taken as (
        update programme.officer_invitations set accepted_at = now()
         where id = asked and accepted_at is null and expires_at > now() returning id)
    select exists (select from taken)
$$
