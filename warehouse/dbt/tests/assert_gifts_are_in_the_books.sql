-- A bank line that moved money of a fund has a journal entry with the same rupiah, and vice versa.
with matches as (
    select * from {{ ref('stg_jamsos__donation_matches') }}
    where transaction_id is not null
),

transactions as (
    select * from {{ ref('stg_jamsos__journal_transactions') }}
),

cash as (
    select * from {{ ref('stg_jamsos__postings') }}
    where account = 'cash'
),

booked as (
    select transactions.transaction_id, transactions.kind, {{ total('cash.amount') }} as amount
    from transactions
    join cash on cash.transaction_id = transactions.transaction_id
    group by 1, 2
)

select coalesce(matches.transaction_id, booked.transaction_id) as transaction_id
from matches
full join booked on booked.transaction_id = matches.transaction_id
where (booked.kind = 'donate' and matches.transaction_id is null)
    or (matches.transaction_id is not null and coalesce(booked.amount, 0) <> matches.amount)
