with source as (
    select * from {{ source('jamsos', 'documents') }}
),

renamed as (
    select
        id as document_id,
        kind,
        number as document_number,
        document_date,
        fund_id
    from source
)

select * from renamed
