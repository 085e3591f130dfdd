-- What the bank's lines brought is signed: money in is positive, money out negative. What was decided about a line later counts in
-- place of what was found when it was read.
with decisions as (
    select replaces_match_id
    from {{ ref('stg_jamsos__donation_matches') }}
    where replaces_match_id is not null
),

found as (
    select * from {{ ref('stg_jamsos__donation_matches') }}
),

matches as (
    select found.*
    from found
    left join decisions on decisions.replaces_match_id = found.donation_match_id
    where decisions.replaces_match_id is null
),

transactions as (
    select * from {{ ref('stg_jamsos__journal_transactions') }}
),

bank_lines as (
    select * from {{ ref('stg_jamsos__bank_lines') }}
),

statements as (
    select * from {{ ref('stg_jamsos__documents') }}
),

pledges as (
    select * from {{ ref('stg_jamsos__pledges') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

pledge_funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

promised as (
    select
        pledge_funds.fund_code,
        pledge_funds.regency_code,
        {{ first_of_month('pledges.pledged_date') }} as month,
        count(*) as pledges,
        {{ total('pledges.amount') }} as pledged_amount
    from pledges
    join pledge_funds on pledge_funds.fund_id = pledges.fund_id
    group by 1, 2, 3
),

named as (
    select * from {{ ref('stg_jamsos__pledges') }}
),

placed as (
    -- a line that names no pledge belongs to no fund until somebody decides; then to the fund that it entered
    select
        coalesce(funds.fund_code, 'none') as fund_code,
        coalesce(funds.regency_code, statements.regency_code) as regency_code,
        {{ first_of_month('bank_lines.booked_date') }} as month,
        matches.outcome,
        matches.transaction_id,
        matches.amount
    from matches
    join bank_lines on bank_lines.bank_line_id = matches.bank_line_id
    join statements on statements.document_id = bank_lines.statement_id
    left join named on named.pledge_id = matches.pledge_id
    left join transactions on transactions.transaction_id = matches.transaction_id
    left join funds on funds.fund_id = coalesce(named.fund_id, transactions.fund_id)
),

arrived as (
    select
        fund_code,
        regency_code,
        month,
        count(*) filter (where outcome in ('exact', 'partial', 'over', 'assigned')) as gifts,
        {{ total('amount', "outcome in ('exact', 'partial', 'over', 'assigned')") }} as matched_amount,
        count(*) filter (where outcome in ('unknown', 'duplicate')) as aside_lines,
        {{ total('amount', "outcome in ('unknown', 'duplicate')") }} as aside_amount,
        {{ total('amount', "outcome = 'refunded'") }} as refunded_amount,
        {{ total('amount', "outcome = 'outgoing'") }} as outgoing_amount,
        {{ total('amount', "transaction_id is not null") }} as booked_amount
    from placed
    group by fund_code, regency_code, month
)

select
    coalesce(promised.fund_code, arrived.fund_code) as fund_code,
    coalesce(promised.regency_code, arrived.regency_code) as regency_code,
    coalesce(promised.month, arrived.month) as month,
    coalesce(promised.pledges, 0) as pledges,
    coalesce(promised.pledged_amount, 0) as pledged_amount,
    coalesce(arrived.gifts, 0) as gifts,
    coalesce(arrived.matched_amount, 0) as matched_amount,
    coalesce(arrived.aside_lines, 0) as aside_lines,
    coalesce(arrived.aside_amount, 0) as aside_amount,
    coalesce(arrived.refunded_amount, 0) as refunded_amount,
    coalesce(arrived.outgoing_amount, 0) as outgoing_amount,
    coalesce(arrived.booked_amount, 0) as booked_amount
from promised
full join arrived
    on arrived.fund_code = promised.fund_code
    and arrived.regency_code = promised.regency_code
    and arrived.month = promised.month
