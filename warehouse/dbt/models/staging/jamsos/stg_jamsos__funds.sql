with source as (
    select * from {{ source('jamsos', 'funds') }}
),

renamed as (
    select
        id as fund_id,
        code as fund_code,
        name as fund_name,
        kind as fund_kind,
        cast(fiscal_year as integer) as fiscal_year,
        regulation,
        account_code,
        account_name,
        is_via_apbd,
        office_code,
        office_code as regency_code
    from source
)

select * from renamed
