with source as (
    select * from {{ source('jamsos', 'vain_months') }}
),

renamed as (
    select
        person_id,
        month,
        kind,
        bill_id,
        fund_id,
        village_code,
        amount,
        state,
        resolution,
        resolved_date,
        is_open,
        due_date
    from source
)

select * from renamed
