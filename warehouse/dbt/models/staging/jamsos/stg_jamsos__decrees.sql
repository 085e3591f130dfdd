with source as (
    select * from {{ source('jamsos', 'decrees') }}
),

renamed as (
    select
        id as decree_id,
        number as decree_number,
        kind,
        cast(year as integer) as year,
        office_code,
        office_code as regency_code,
        signed_date,
        month_from,
        month_to,
        legal_base,
        run_id,
        fund_id,
        amends_id,
        rate,
        cast(worker_count as bigint) as workers,
        amount,
        {{ hexadecimal('list_sha256') }} as list_sha256
    from source
)

select * from renamed
