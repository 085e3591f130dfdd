-- Decided by the program (jamsos/disclosure.py, warehouse/suppression.py) over the marts before it; here only published.
{{ config(tags=['published']) }}

select
    regency_code,
    dimension,
    year,
    month,
    part_code
from {{ source('disclosure', 'suppressed_cells') }}
