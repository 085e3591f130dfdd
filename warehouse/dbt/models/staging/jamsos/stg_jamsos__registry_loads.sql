with source as (
    select * from {{ source('jamsos', 'registry_loads') }}
),

renamed as (
    select
        id as load_id,
        source,
        as_of as as_of_date
    from source
)

select * from renamed
