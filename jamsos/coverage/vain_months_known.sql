-- Months paid in vain (months_in_vain.sql), for whoever reads.
--
-- A month belongs to whoever sees its village, also where the event that makes it vain was recorded beyond that sight: the office that
-- paid must know. So the function reads as the owner and applies the sight itself.
create function programme.vain_months_known()
returns table (person_id bigint, month date, kind text, bill_id bigint, fund_id bigint, village_code text, amount bigint, state text,
               difference_id bigint, resolution text, resolved_date date, is_open boolean, due_date date)
language plpgsql stable security definer set search_path = programme, pg_temp as $$
#variable_conflict use_column
begin
    return query
{query};
end $$
-- next
revoke execute on function programme.vain_months_known from public
-- next
grant execute on function programme.vain_months_known to jamsos_api, jamsos_dbt
