with source as (
    select * from {{ source('jamsos', 'person_rows') }}
),

renamed as (
    select
        person_id,
        row_id
    from source
)

select * from renamed
