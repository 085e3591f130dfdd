with source as (
    select * from {{ source('jamsos', 'documents') }}
),

renamed as (
    select
        id as document_id,
        kind,
        number as document_number,
        document_date,
        office_code,
        office_code as regency_code
    from source
)

select * from renamed
