with source as (
    select * from {{ source('jamsos', 'criteria') }}
),

renamed as (
    select
        id as criteria_id,
        office_code,
        code as criteria_code,
        version as criteria_version
    from source
)

select * from renamed
