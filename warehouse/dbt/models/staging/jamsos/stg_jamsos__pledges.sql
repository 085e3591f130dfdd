with source as (
    select * from {{ source('jamsos', 'pledges') }}
),

renamed as (
    select
        id as pledge_id,
        fund_id,
        pledged_date,
        amount
    from source
)

select * from renamed
