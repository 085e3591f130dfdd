with source as (
    select * from {{ source('jamsos', 'fund_days') }}
),

renamed as (
    select
        fund_id,
        day,
        field,
        account,
        amount
    from source
)

select * from renamed
