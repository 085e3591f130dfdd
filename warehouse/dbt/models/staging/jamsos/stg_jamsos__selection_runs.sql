with source as (
    select * from {{ source('jamsos', 'selection_runs') }}
),

renamed as (
    select
        id as run_id,
        cast(year as integer) as year,
        criteria_id,
        fund_id,
        office_code,
        office_code as regency_code,
        ceiling,
        month_from,
        month_to,
        as_of as as_of_date,
        cast(headcount as bigint) as headcount,
        rate,
        worker_cost,
        cast(candidates as bigint) as candidates,
        cast(eligible as bigint) as eligible,
        cast(chosen as bigint) as chosen,
        cost,
        cast(run_at as date) as run_date,
        {{ hexadecimal('inputs_sha256') }} as inputs_sha256,
        {{ hexadecimal('list_sha256') }} as list_sha256
    from source
)

select * from renamed
