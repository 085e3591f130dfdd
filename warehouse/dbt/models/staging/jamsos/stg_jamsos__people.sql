with source as (
    select * from {{ source('jamsos', 'people') }}
),

renamed as (
    select
        id as person_id,
        coalesce(sex, 'unknown') as sex,
        {{ age_band('birth_date') }} as age_band,
        village_code,
        cast(decile as integer) as decile,
        merged_into_id is not null as is_merged
    from source
)

select * from renamed
