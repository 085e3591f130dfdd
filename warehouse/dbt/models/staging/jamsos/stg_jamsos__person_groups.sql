with source as (
    select * from {{ source('jamsos', 'person_groups') }}
),

renamed as (
    select
        person_id,
        group_code
    from source
)

select * from renamed
