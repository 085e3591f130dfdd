with source as (
    select * from {{ source('jamsos', 'carried_differences') }}
),

renamed as (
    select
        difference_id as coverage_difference_id,
        bill_id
    from source
)

select * from renamed
