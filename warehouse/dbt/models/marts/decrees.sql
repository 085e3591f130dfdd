with decrees as (
    select * from {{ ref('stg_jamsos__decrees') }}
    where kind = 'determination'
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

lines as (
    select * from {{ ref('int_decree_lines_traced') }}
),

changes as (
    select
        root_id,
        count(distinct decree_id) filter (where kind = 'amendment') as amendments,
        count(*) filter (where action = 'replacement') as replaced_workers,
        count(*) filter (where action = 'termination') as terminated_workers
    from lines
    group by root_id
),

enrolments as (
    select * from {{ ref('stg_jamsos__enrolments') }}
),

answers as (
    select * from {{ ref('stg_jamsos__enrolment_answers') }}
),

traced as (
    select decree_line_id, root_id from {{ ref('int_decree_lines_traced') }}
),

registered as (
    select
        traced.root_id,
        count(distinct enrolments.person_id) as sent_workers,
        count(distinct enrolments.person_id) filter (where answers.answer = 'accepted') as accepted_workers,
        count(distinct enrolments.person_id) filter (where answers.answer <> 'accepted') as refused_workers
    from enrolments
    join traced on traced.decree_line_id = enrolments.decree_line_id
    left join answers on answers.enrolment_id = enrolments.enrolment_id
    group by traced.root_id
),

billed as (
    select
        decree_id,
        {{ total('worker_months') }} as billed_months,
        {{ total('amount') }} as billed_amount,
        {{ total('paid_months') }} as paid_months,
        {{ total('paid_amount') }} as paid_amount,
        {{ total('confirmed_months') }} as confirmed_months,
        {{ total('confirmed_amount') }} as confirmed_amount
    from {{ ref('bills') }}
    group by decree_id
)

select
    decrees.decree_id,
    decrees.decree_number,
    decrees.year,
    decrees.regency_code,
    decrees.signed_date,
    decrees.legal_base,
    decrees.run_id,
    decrees.fund_id,
    funds.fund_code,
    decrees.month_from,
    decrees.month_to,
    {{ months_from_to('decrees.month_from', 'decrees.month_to') }} as months,
    decrees.rate,
    decrees.workers,
    decrees.workers * {{ months_from_to('decrees.month_from', 'decrees.month_to') }} as worker_months,
    decrees.amount,
    coalesce(changes.amendments, 0) as amendments,
    coalesce(changes.replaced_workers, 0) as replaced_workers,
    coalesce(changes.terminated_workers, 0) as terminated_workers,
    coalesce(registered.sent_workers, 0) as sent_workers,
    coalesce(registered.accepted_workers, 0) as accepted_workers,
    coalesce(registered.refused_workers, 0) as refused_workers,
    coalesce(billed.billed_months, 0) as billed_months,
    coalesce(billed.billed_amount, 0) as billed_amount,
    coalesce(billed.paid_months, 0) as paid_months,
    coalesce(billed.paid_amount, 0) as paid_amount,
    coalesce(billed.confirmed_months, 0) as confirmed_months,
    coalesce(billed.confirmed_amount, 0) as confirmed_amount,
    decrees.amount - coalesce(billed.paid_amount, 0) as unspent_amount,
    decrees.list_sha256
from decrees
join funds on funds.fund_id = decrees.fund_id
left join changes on changes.root_id = decrees.decree_id
left join registered on registered.root_id = decrees.decree_id
left join billed on billed.decree_id = decrees.decree_id
