with source as (
    select * from {{ source('jamsos', 'life_events') }}
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
