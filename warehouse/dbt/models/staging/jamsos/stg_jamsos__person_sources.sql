with source as (
    select * from {{ source('jamsos', 'person_sources') }}
),

renamed as (
    select
        person_id,
        row_id
    from source
)

select * from renamed
