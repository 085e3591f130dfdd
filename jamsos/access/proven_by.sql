-- Return the officer of a proof, and the officers who issued it. A proof is the number of a key or of a subject of the OpenID issuer.
create function programme.proven_by(proof text) returns table (officer_id bigint, voucher_ids bigint[])
language sql stable security definer set search_path = '' as $$
    select k.officer_id, k.voucher_ids from programme.api_keys k
     where k.id = case when proof ~ '^key [0-9]+$' then substr(proof, 5)::bigint end
    union all
    select s.officer_id, s.voucher_ids from programme.officer_subjects s
     where s.id = case when proof ~ '^token [0-9]+$' then substr(proof, 7)::bigint end
$$
-- next
-- Refuse a proof that belongs to another officer.
create function programme.must_be_proven(officer bigint, proof text) returns void language plpgsql as $$
begin
    if not exists (select from programme.proven_by(proof) p where p.officer_id = officer)
    then raise exception 'the proof is not of officer %', officer using errcode = 'check_violation'; end if;
end $$
-- next
create function programme.subject_holder(asked_issuer text, asked_subject text)
returns table (subject_id bigint, voucher_ids bigint[], officer_id bigint, officer text, roles text[], is_active boolean, {found})
language sql stable security definer set search_path = '' as $$
    select s.id, s.voucher_ids, o.id, o.name, t.roles,
           coalesce((now() at time zone 'Asia/Makassar')::date between t.active_from and coalesce(t.active_to, 'infinity'), false),
           a.id, a.code, a.kind, a.region_code
    from programme.officer_subjects s
    join programme.officers o on o.id = s.officer_id
    join programme.agencies a on a.id = o.agency_id
    left join lateral (select * from programme.officer_terms t where t.officer_id = o.id order by t.id desc limit 1) t on true
    where s.issuer = asked_issuer and s.subject = asked_subject and s.revoked_at is null
$$
