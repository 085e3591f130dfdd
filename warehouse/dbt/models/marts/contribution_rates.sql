with rates as (
    select
        *,
        row_number() over (
            partition by programme, payer_class, sector, income_from, valid_from
            order by contribution_rate_id desc
        ) as newest
    from {{ ref('stg_jamsos__contribution_rates') }}
)

select
    contribution_rate_id,
    programme,
    payer_class,
    sector,
    income_from,
    base_amount,
    amount,
    valid_from,
    valid_to,
    regulation,
    verified_on,
    newest = 1 as is_current
from rates
