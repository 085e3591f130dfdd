with source as (
    select * from {{ source('jamsos', 'minute_lines') }}
),

renamed as (
    select
        id as minute_line_id,
        minutes_id,
        fund_id,
        named,
        confirmed,
        billed,
        paid,
        billed_amount,
        paid_amount,
        confirmed_amount
    from source
)

select * from renamed
