with source as (
    select * from {{ source('jamsos', 'standing_life_events') }}
),

renamed as (
    select
        id as life_event_id,
        person_id,
        kind,
        event_date
    from source
)

select * from renamed
