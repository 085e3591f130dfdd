-- A suppressed cell is null in every public mart.
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
)

select shown.regency_code, shown.dimension, shown.part_code
from shown
join suppressed
    on suppressed.regency_code = shown.regency_code
    and suppressed.dimension = shown.dimension
    and suppressed.month = shown.month
    and suppressed.part_code = shown.part_code
union all
select suppressed.regency_code, suppressed.dimension, suppressed.part_code
from suppressed
join {{ ref('public_protection_by_district') }} as districts
    on districts.district_code = suppressed.part_code
    and districts.workers is not null
where suppressed.dimension = 'protected'
union all
select suppressed.regency_code, suppressed.dimension, suppressed.part_code
from suppressed
join {{ ref('public_programmes') }} as programmes
    on programmes.regency_code = suppressed.regency_code
    and programmes.workers is not null
where suppressed.dimension = 'figure' and suppressed.part_code = 'protected'
