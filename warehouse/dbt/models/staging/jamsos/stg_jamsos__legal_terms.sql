with source as (
    select * from {{ source('jamsos', 'legal_terms') }}
),

renamed as (
    select
        term,
        value,
        valid_from
    from source
)

select * from renamed
