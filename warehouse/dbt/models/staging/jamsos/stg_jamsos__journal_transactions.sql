with source as (
    select * from {{ source('jamsos', 'journal_transactions') }}
),

renamed as (
    select
        id as transaction_id,
        office_code,
        fund_id,
        day,
        kind,
        reference
    from source
)

select * from renamed
