with lines as (
    select * from {{ ref('int_decree_lines_traced') }}
    where kind = 'amendment'
),

regions as (
    select * from {{ ref('regions') }}
)

select
    lines.root_id as decree_id,
    lines.root_number as decree_number,
    lines.decree_number as amendment_number,
    lines.signed_date as amendment_date,
    lines.year,
    lines.line,
    lines.action,
    lines.reason,
    lines.month_from,
    lines.month_to,
    coalesce(lines.group_code, 'none') as group_code,
    regions.district_code,
    lines.regency_code
from lines
join regions on regions.village_code = lines.village_code
