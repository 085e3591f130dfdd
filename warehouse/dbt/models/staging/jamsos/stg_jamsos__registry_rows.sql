with source as (
    select * from {{ source('jamsos', 'registry_rows') }}
),

renamed as (
    select
        id as row_id,
        load_id
    from source
)

select * from renamed
