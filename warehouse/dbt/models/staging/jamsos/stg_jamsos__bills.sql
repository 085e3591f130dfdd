with source as (
    select * from {{ source('jamsos', 'bills') }}
),

renamed as (
    select
        id as bill_id,
        billing_code,
        decree_id,
        fund_id,
        office_code,
        office_code as regency_code,
        month_from,
        month_to,
        issued_date,
        cast(worker_count as bigint) as workers,
        cast(worker_months as bigint) as worker_months,
        amount
    from source
)

select * from renamed
