with source as (
    select * from {{ source('jamsos', 'selection_candidates') }}
),

renamed as (
    select
        run_id,
        person_id,
        outcome,
        reason,
        group_code,
        cast(decile as integer) as decile,
        village_code
    from source
)

select * from renamed
