alter table programme.difference_resolutions drop constraint difference_resolutions_resolution_check, add CONSTRAINT difference_resolutions_resolution_check CHECK (resolution in ('confirmed_later', 'billed_later', 'withdrawn', 'credited', 'refunded', 'corrected', 'accepted'))
-- next
alter table programme.minute_differences drop constraint minute_differences_agreed_check, add CONSTRAINT minute_differences_agreed_check CHECK (agreed in ('confirmed_later', 'billed_later', 'withdrawn', 'credited', 'refunded', 'corrected', 'accepted'))
-- next
alter table programme.receipt_differences add column follows_id bigint constraint receipt_differences_follows_id_fkey references programme.receipt_differences (id)
-- next
drop index programme.receipt_differences_in_vain_key
-- next
CREATE UNIQUE INDEX receipt_differences_in_vain_key ON programme.receipt_differences (person_id, month, coalesce(follows_id, 0)) WHERE kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null
-- next

            create view programme.unneeded_months with (security_invoker = true) as
            select person_id, case kind when 'died' then 'died' when 'moved' then 'moved' else 'other_payer' end as kind,
                   (date_trunc('month', min(event_date)) + interval '1 month')::date as month_from, 'infinity'::date as month_to
              from programme.standing_life_events where kind <> 'refused' group by 1, 2
            union all
            select id, 'other_payer', other_payer_from, coalesce(other_payer_to, 'infinity')
              from programme.people where other_payer_from is not null
            union all
            select p.id, 'double', c.month, c.month
              from programme.people p
              join programme.confirmed_months c on c.person_id = p.id
             where p.merged_into_id is not null
               and exists (select from programme.confirmed_months o where o.month = c.month and o.person_id in (
                    select q.id from programme.people q
                     where q.id = p.merged_into_id or q.merged_into_id = p.merged_into_id and q.id < p.id))
        
-- next
grant select, insert, update on programme.unneeded_months to jamsos_api
-- next
grant select on programme.unneeded_months to jamsos_dbt
-- next

create function programme.close_withdrawn_differences() returns trigger
    language plpgsql security definer set search_path = programme, pg_temp as $$
declare
    persons bigint[] := (select array_agg(distinct e.person_id) from arrived a join life_events e on e.id = a.event_id);
begin
    insert into difference_resolutions (difference_id, resolution, remark, resolved_date, resolved_by, village_code)
    select distinct on (d.id) d.id, 'withdrawn', a.reason, (now() at time zone 'Asia/Makassar')::date, a.officer, d.village_code
      from arrived a
      join life_events e on e.id = a.event_id
      join receipt_differences d on d.person_id = e.person_id
     where (d.kind in ('died', 'moved', 'other_payer') or d.kind = 'double' and d.line is null)
       and not exists (select from programme.difference_resolutions s where s.difference_id = d.id)
       and not exists (select from programme.unneeded_months u
                        where u.person_id = d.person_id and u.kind = d.kind and d.month between u.month_from and u.month_to and u.person_id = any(persons))
     order by d.id, a.id
    on conflict (difference_id) do nothing;
    
    insert into programme.receipt_differences
           (receipt_id, kind, person_id, month, billed_amount, received_amount, village_code, follows_id)
    select distinct on (c.person_id, c.month) c.receipt_id, u.kind, c.person_id, c.month, w.amount, w.amount, c.village_code,
           (select max(d.id) from programme.receipt_differences d join programme.difference_resolutions s on s.difference_id = d.id
             where d.person_id = c.person_id and d.month = c.month and s.resolution = 'withdrawn')
      from programme.unneeded_months u
      join programme.confirmed_months c on c.person_id = u.person_id and c.month between u.month_from and u.month_to
      join programme.worker_months w on w.person_id = c.person_id and w.month = c.month
     where u.person_id = any(persons)
     order by c.person_id, c.month, u.kind
    on conflict (person_id, month, coalesce(follows_id, 0)) where kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null do nothing;
    return null;
end $$

-- next

create trigger close_withdrawn_differences after insert on programme.life_event_withdrawals
    referencing new table as arrived for each statement execute function programme.close_withdrawn_differences()

