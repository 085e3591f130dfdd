with source as (
    select * from {{ source('jamsos', 'enrolment_answers') }}
),

renamed as (
    select
        id as enrolment_answer_id,
        enrolment_id,
        person_id,
        answer
    from source
)

select * from renamed
