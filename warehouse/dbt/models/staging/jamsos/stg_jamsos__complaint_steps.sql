with source as (
    select * from {{ source('jamsos', 'complaint_acts') }}
),

renamed as (
    select
        id as complaint_step_id,
        complaint_id,
        step,
        done_date
    from source
)

select * from renamed
