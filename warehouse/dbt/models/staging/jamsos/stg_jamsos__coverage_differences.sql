with source as (
    select * from {{ source('jamsos', 'coverage_differences') }}
),

renamed as (
    select
        id as coverage_difference_id,
        insurer_receipt_id,
        kind,
        owner,
        line,
        person_id,
        month,
        billed_amount,
        received_amount,
        village_code
    from source
)

select * from renamed
