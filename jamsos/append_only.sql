-- Facts are append-only. Only a key rotation may change a row, and only its sealed values.
create function programme.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and current_setting('jamsos.rotation', true) = 'on'
       and (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(to_jsonb(old)) where key not like '%\_sealed')
         = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(to_jsonb(new)) where key not like '%\_sealed')
    then return new; end if;
    raise exception 'facts in %.% only grow: % is refused', tg_table_schema, tg_table_name, tg_op
        using errcode = 'restrict_violation';
end $$
