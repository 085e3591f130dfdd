with source as (
    select * from {{ source('jamsos', 'fund_shares') }}
),

renamed as (
    select
        id as fund_share_id,
        fund_id,
        field,
        basis_points,
        pays_contributions,
        valid_from
    from source
)

select * from renamed
