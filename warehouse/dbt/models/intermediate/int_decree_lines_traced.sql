-- One row per decree line, with its determination and the decile of the selection.
with lines as (
    select * from {{ ref('stg_jamsos__decree_lines') }}
),

decrees as (
    select * from {{ ref('int_decrees_rooted') }}
),

candidates as (
    select * from {{ ref('stg_jamsos__selection_candidates') }}
)

select
    lines.decree_line_id,
    lines.decree_id,
    decrees.decree_number,
    decrees.kind,
    decrees.root_id,
    decrees.root_number,
    decrees.year,
    decrees.signed_date,
    decrees.regency_code,
    lines.line,
    lines.action,
    lines.reason,
    lines.person_id,
    lines.month_from,
    lines.month_to,
    lines.group_code,
    lines.village_code,
    candidates.decile as decided_decile,
    candidates.person_id is not null as is_decided
from lines
join decrees on decrees.decree_id = lines.decree_id
left join candidates
    on candidates.run_id = decrees.run_id
    and candidates.person_id = lines.person_id
