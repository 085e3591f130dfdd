with source as (
    select * from {{ source('jamsos', 'insurer_receipts') }}
),

renamed as (
    select
        id as insurer_receipt_id,
        office_code,
        bill_id,
        document_id,
        received_date,
        cast(worker_months as bigint) as worker_months,
        amount
    from source
)

select * from renamed
