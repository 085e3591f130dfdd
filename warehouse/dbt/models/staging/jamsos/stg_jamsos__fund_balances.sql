with source as (
    select * from {{ source('jamsos', 'fund_balances') }}
),

renamed as (
    select
        fund_id,
        field,
        account,
        balance
    from source
)

select * from renamed
