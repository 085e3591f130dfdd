with source as (
    select * from {{ source('jamsos', 'enrolments') }}
),

renamed as (
    select
        id as enrolment_id,
        batch_id,
        decree_line_id,
        person_id,
        start_month
    from source
)

select * from renamed
