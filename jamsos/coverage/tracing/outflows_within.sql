-- Select the outflows within some spans of a fund's line. A payment's part starts on the line of its bill where the
-- earlier payments end.
with {lines}, spans as (select * from unnest(:starts, :ends) as span (starts, ends))
select o.kind, o.reference, o.turn, y.bill_id,
       (greatest(o.starts, s.starts) - o.starts + coalesce(y.before, 0))::bigint,
       least(o.ends, s.ends) - greatest(o.starts, s.starts)
  from outflows o
  join spans s on o.starts < s.ends and o.ends > s.starts
  left join lateral (
      select y.bill_id, (select sum(b.amount) from programme.payments b where b.bill_id = y.bill_id and b.id < y.id) as before
        from programme.payments y where y.transaction_id = o.id
  ) y on true
 order by o.starts, s.starts
