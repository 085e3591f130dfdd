with source as (
    select * from {{ source('jamsos', 'donation_matches') }}
),

renamed as (
    select
        id as donation_match_id,
        office_code,
        bank_line_id,
        pledge_id,
        outcome,
        amount,
        transaction_id,
        replaces_id as replaces_match_id
    from source
)

select * from renamed
