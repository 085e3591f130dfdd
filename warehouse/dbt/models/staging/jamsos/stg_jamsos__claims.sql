with source as (
    select * from {{ source('jamsos', 'claims') }}
),

renamed as (
    select
        id as claim_id,
        office_code,
        person_id,
        kind,
        event_date,
        paid_date,
        amount,
        valid_month,
        village_code
    from source
)

select * from renamed
