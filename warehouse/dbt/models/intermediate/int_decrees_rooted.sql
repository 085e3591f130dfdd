-- One row per decree, with its determination: itself, or the amended one. An amendment never amends another amendment.
with decrees as (
    select * from {{ ref('stg_jamsos__decrees') }}
),

roots as (
    select * from {{ ref('stg_jamsos__decrees') }}
)

select
    decrees.decree_id,
    decrees.decree_number,
    decrees.kind,
    decrees.year,
    decrees.signed_date,
    decrees.regency_code,
    roots.decree_id as root_id,
    roots.decree_number as root_number,
    roots.run_id
from decrees
join roots on roots.decree_id = coalesce(decrees.amends_id, decrees.decree_id)
