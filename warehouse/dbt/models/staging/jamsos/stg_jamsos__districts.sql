with source as (
    select * from {{ source('jamsos', 'districts') }}
),

renamed as (
    select
        code as district_code,
        name as district_name,
        regency_code
    from source
)

select * from renamed
