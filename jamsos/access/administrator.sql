-- Return whether an officer who may issue keys sees the whole region; then the operator issues none. The officer has a
-- live key of that scope, the role of an administrator, and a term that includes today.
select exists (
    select from programme.api_keys k
      join programme.agencies a on a.id = k.agency_id
      join lateral (select * from programme.officer_terms t where t.officer_id = k.officer_id order by t.id desc limit 1) t on true
     where :scope = any(k.scopes) and 'administrator' = any(t.roles)
       and (now() at time zone 'Asia/Makassar')::date between t.active_from and coalesce(t.active_to, 'infinity')
       and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
       and (a.region_code = 'ID' or starts_with(cast(:region as text), a.region_code)))
