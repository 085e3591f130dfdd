with source as (
    select * from {{ source('jamsos', 'coverage_months') }}
),

renamed as (
    select
        person_id,
        month,
        bill_id,
        decree_line_id,
        fund_id,
        group_code,
        village_code,
        jkk_amount,
        jkm_amount,
        amount,
        state,
        payment_id
    from source
)

select * from renamed
