with source as (
    select * from {{ source('jamsos', 'minutes') }}
),

renamed as (
    select
        id as minutes_id,
        number as minutes_number,
        month,
        signed_date,
        {{ hexadecimal('lines_sha256') }} as lines_sha256,
        office_code,
        office_code as regency_code
    from source
)

select * from renamed
