with source as (
    select * from {{ source('jamsos', 'payments') }}
),

renamed as (
    select
        id as payment_id,
        office_code,
        bill_id,
        fund_id,
        sp2d_id,
        spp_id,
        spm_id,
        paid_date,
        amount
    from source
)

select * from renamed
