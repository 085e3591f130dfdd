with source as (
    select * from {{ source('jamsos', 'complaint_cases') }}
),

renamed as (
    select
        id as complaint_id,
        kind,
        office_code,
        office_code as regency_code,
        run_id,
        filed_date,
        due_date,
        state,
        decision,
        deadline
    from source
)

select * from renamed
