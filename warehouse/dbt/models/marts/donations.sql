with matches as (
    select * from {{ ref('stg_jamsos__donation_matches') }}
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

promised as (
    select
        fund_id,
        {{ first_of_month('pledged_date') }} as month,
        count(*) as pledges,
        {{ total('amount') }} as pledged_amount
    from {{ ref('stg_jamsos__pledges') }}
    group by 1, 2
),

placed as (
    -- a line that names no pledge belongs to the fund whose statement it stands in
    select
        coalesce(pledges.fund_id, statements.fund_id) as fund_id,
        {{ first_of_month('bank_lines.booked_date') }} as month,
        matches.outcome,
        matches.amount
    from matches
    join bank_lines on bank_lines.bank_line_id = matches.bank_line_id
    join statements on statements.document_id = bank_lines.statement_id
    left join pledges on pledges.pledge_id = matches.pledge_id
),

arrived as (
    select
        fund_id,
        month,
        count(*) filter (where outcome in ('exact', 'partial', 'over')) as gifts,
        {{ total('amount', "outcome in ('exact', 'partial', 'over')") }} as matched_amount,
        count(*) filter (where outcome = 'unknown') as unknown_lines,
        {{ total('amount', "outcome = 'unknown'") }} as unknown_amount,
        {{ total('amount', "outcome = 'refunded'") }} as refunded_amount
    from placed
    group by fund_id, month
),

both_sides as (
    select
        coalesce(promised.fund_id, arrived.fund_id) as fund_id,
        coalesce(promised.month, arrived.month) as month,
        coalesce(promised.pledges, 0) as pledges,
        coalesce(promised.pledged_amount, 0) as pledged_amount,
        coalesce(arrived.gifts, 0) as gifts,
        coalesce(arrived.matched_amount, 0) as matched_amount,
        coalesce(arrived.unknown_lines, 0) as unknown_lines,
        coalesce(arrived.unknown_amount, 0) as unknown_amount,
        coalesce(arrived.refunded_amount, 0) as refunded_amount
    from promised
    full join arrived
        on arrived.fund_id = promised.fund_id
        and arrived.month = promised.month
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
)

select
    funds.fund_id,
    funds.fund_code,
    both_sides.month,
    both_sides.pledges,
    both_sides.pledged_amount,
    both_sides.gifts,
    both_sides.matched_amount,
    both_sides.unknown_lines,
    both_sides.unknown_amount,
    both_sides.refunded_amount
from both_sides
join funds on funds.fund_id = both_sides.fund_id
