with source as (
    select * from {{ source('jamsos', 'fund_groups') }}
),

renamed as (
    select
        id as fund_group_id,
        fund_id,
        group_code,
        is_allowed,
        valid_from,
        regulation,
        verified_on
    from source
)

select * from renamed
