with source as (
    select * from {{ source('jamsos', 'pledges') }}
),

renamed as (
    select
        id as pledge_id,
        office_code,
        fund_id,
        pledged_date,
        amount
    from source
)

select * from renamed
