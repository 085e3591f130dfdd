with source as (
    select * from {{ source('jamsos', 'decree_lines') }}
),

renamed as (
    select
        id as decree_line_id,
        decree_id,
        line,
        action,
        person_id,
        replaces_line_id,
        reason,
        month_from,
        month_to,
        group_code,
        village_code
    from source
)

select * from renamed
