with source as (
    select * from {{ source('jamsos', 'worker_spells') }}
),

renamed as (
    select
        person_id,
        fund_id,
        village_code,
        group_code,
        run_from,
        month_from,
        month_to,
        months,
        confirmed_months,
        amount,
        first_paid_date,
        last_paid_date,
        protected_from,
        protected_to,
        end_reason
    from source
)

select * from renamed
