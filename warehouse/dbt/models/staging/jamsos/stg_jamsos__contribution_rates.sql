with source as (
    select * from {{ source('jamsos', 'contribution_rates') }}
),

renamed as (
    select
        id as contribution_rate_id,
        programme,
        payer_class,
        sector,
        income_from,
        base_amount,
        amount,
        valid_from,
        valid_to,
        regulation,
        verified_on
    from source
)

select * from renamed
