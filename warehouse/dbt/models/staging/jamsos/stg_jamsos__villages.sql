with source as (
    select * from {{ source('jamsos', 'villages') }}
),

renamed as (
    select
        code as village_code,
        name as village_name,
        kind as village_kind,
        district_code
    from source
)

select * from renamed
