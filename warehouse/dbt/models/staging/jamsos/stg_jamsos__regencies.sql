with source as (
    select * from {{ source('jamsos', 'regencies') }}
),

renamed as (
    select
        code as regency_code,
        name as regency_name,
        province_code
    from source
)

select * from renamed
