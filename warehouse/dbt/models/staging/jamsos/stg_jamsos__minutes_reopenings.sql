with source as (
    select * from {{ source('jamsos', 'minutes_reopenings') }}
),

renamed as (
    select
        id as minutes_reopening_id,
        minutes_id,
        opened_date
    from source
)

select * from renamed
