with source as (
    select * from {{ source('jamsos', 'postings') }}
),

renamed as (
    select
        id as posting_id,
        transaction_id,
        fund_id,
        field,
        account,
        amount
    from source
)

select * from renamed
