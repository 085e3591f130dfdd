with source as (
    select * from {{ source('jamsos', 'bank_lines') }}
),

renamed as (
    select
        id as bank_line_id,
        office_code,
        statement_id,
        booked_date,
        amount
    from source
)

select * from renamed
