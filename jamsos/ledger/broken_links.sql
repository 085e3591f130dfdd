-- Select the first transaction that differs from its record. Every link, sum and posting is recomputed from the rows.
with links as (
    select link.*, lag(hash) over chain as hash_before, coalesce(lag(link.number) over chain, 0) as number_before,
           {link} as hash_again
      from programme.journal_transactions link
    window chain as (partition by fund_id order by link.number)
), sums as (
    select p.transaction_id,
           sha256(convert_to(string_agg(concat_ws(' ', field, account, amount), E'\n'
                                        order by field, account), 'UTF8')) as digest
      from programme.postings p group by 1
), apart as (
    select distinct transaction_id from (
        select transaction_id from programme.postings group by transaction_id, fund_id, field
        having sum(case when account in ('cash', 'received', 'contribution', 'refund', 'carried') then amount else 0 end) <> 0
            or sum(case when account in ('budget', 'free', 'committed', 'payable') then amount else 0 end) <> 0
    ) p
)
select f.code, l.number,
       case when l.number <> l.number_before + 1 or l.previous_hash is distinct from l.hash_before then 'broken.gap'
            when l.hash <> l.hash_again then 'broken.link'
            when s.digest is distinct from l.postings_sha256 then 'broken.postings'
            else 'broken.sum' end
  from links l
  join programme.funds f on f.id = l.fund_id
  left join sums s on s.transaction_id = l.id
  left join apart a on a.transaction_id = l.id
 where l.number <> l.number_before + 1 or l.previous_hash is distinct from l.hash_before or l.hash <> l.hash_again
    or s.digest is distinct from l.postings_sha256 or a.transaction_id is not null
 order by l.recorded_at, l.id limit 1
