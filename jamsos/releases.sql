-- Releases: one row for every publication of the marts, with its inputs, the laws in force, and the sums of all marts.
-- `store` contains the present and past rows of every mart; only the builder may use it.
create table store.releases (
    id bigint primary key,
    in_schema text not null,
    as_of timestamptz not null,
    as_of_date date not null,
    is_replay boolean not null,
    built_at timestamptz not null,
    published_at timestamptz not null,
    inputs jsonb not null,
    laws jsonb not null,
    marts jsonb not null,
    code_version text not null,
    dbt_version text not null,
    sha256 text not null
)
-- next
-- A build locks this table. Anybody may take an advisory lock, but a lock on this table needs a right that no reader has.
create table store.build_lock ()
-- next
create view marts.releases as
select r.*, not r.is_replay and r.id = (select max(id) from store.releases where not is_replay) as is_current
  from store.releases r
-- next
comment on view marts.releases is 'One row per publication of the marts; `is_current` is the release that the schema marts shows.'
-- next
-- Return the release that a reader of `marts_at` selects by `set jamsos.release = '12'`, by default the current release.
create function marts_at.release() returns bigint language plpgsql stable as $$
declare asked text := nullif(current_setting('jamsos.release', true), ''); found bigint;
begin
    select id into found from marts.releases
     where case when asked is null then is_current else id::text = asked and not is_replay end;
    if found is null and asked is not null then
        raise exception 'there is no release %', asked using errcode = 'no_data_found';
    end if;
    return found;
end $$
