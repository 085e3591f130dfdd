with minutes as (
    select signed.*
    from {{ ref('stg_jamsos__minutes') }} as signed
    left join {{ ref('stg_jamsos__minutes_reopenings') }} as reopened on reopened.minutes_id = signed.minutes_id
    where reopened.minutes_id is null
),

lines as (
    select * from {{ ref('stg_jamsos__minute_lines') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
)

select
    lines.minute_line_id,
    minutes.minutes_number,
    minutes.month,
    minutes.signed_date,
    minutes.lines_sha256,
    minutes.regency_code,
    funds.fund_id,
    funds.fund_code,
    lines.named,
    lines.confirmed,
    lines.billed,
    lines.paid,
    lines.billed_amount,
    lines.paid_amount,
    lines.confirmed_amount
from lines
join minutes on minutes.minutes_id = lines.minutes_id
join funds on funds.fund_id = lines.fund_id
