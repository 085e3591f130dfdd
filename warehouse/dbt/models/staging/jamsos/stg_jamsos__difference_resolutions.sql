with source as (
    select * from {{ source('jamsos', 'difference_resolutions') }}
),

renamed as (
    select
        difference_id as coverage_difference_id,
        resolution,
        resolved_date
    from source
)

select * from renamed
