-- A cell that disclosure control suppresses is unknown in every public mart.
{{ config(tags=['published']) }}

with suppressed as (
    select * from {{ ref('suppressed_cells') }}
),

shown as (
    select regency_code, 'district' as dimension, month, district_code as part_code
    from {{ ref('public_coverage_by_district') }}
    where workers is not null or amount is not null
    union all
    select regency_code, 'group' as dimension, month, group_code as part_code
    from {{ ref('public_coverage_by_group') }}
    where workers is not null or amount is not null
    union all
    select regency_code, 'month' as dimension, month, 'all' as part_code
    from {{ ref('public_programmes') }}
    where workers is not null
)

select shown.*
from shown
join suppressed
    on suppressed.regency_code = shown.regency_code
    and suppressed.dimension = shown.dimension
    and suppressed.month = shown.month
    and suppressed.part_code = shown.part_code
