with source as (
    select * from {{ source('jamsos', 'journal_transactions') }}
),

renamed as (
    select
        id as transaction_id,
        fund_id,
        day,
        kind,
        reference
    from source
)

select * from renamed
