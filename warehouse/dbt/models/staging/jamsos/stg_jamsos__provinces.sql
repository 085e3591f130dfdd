with source as (
    select * from {{ source('jamsos', 'provinces') }}
),

renamed as (
    select
        code as province_code,
        name as province_name
    from source
)

select * from renamed
