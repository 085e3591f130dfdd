-- Whatever refers to a fact of an office is of the same office. The keys of the database say so; here the copy is asked once more.
{% set edges = [
    ('selection_runs', 'criteria_id', 'criteria', 'criteria_id'),
    ('selection_runs', 'fund_id', 'funds', 'fund_id'),
    ('decrees', 'run_id', 'selection_runs', 'run_id'),
    ('decrees', 'fund_id', 'funds', 'fund_id'),
    ('decrees', 'amends_id', 'decrees', 'decree_id'),
    ('journal_transactions', 'fund_id', 'funds', 'fund_id'),
    ('bills', 'decree_id', 'decrees', 'decree_id'),
    ('bills', 'fund_id', 'funds', 'fund_id'),
    ('payments', 'bill_id', 'bills', 'bill_id'),
    ('payments', 'fund_id', 'funds', 'fund_id'),
    ('payments', 'sp2d_id', 'documents', 'document_id'),
    ('insurer_receipts', 'bill_id', 'bills', 'bill_id'),
    ('insurer_receipts', 'document_id', 'documents', 'document_id'),
    ('pledges', 'fund_id', 'funds', 'fund_id'),
    ('bank_lines', 'statement_id', 'documents', 'document_id'),
    ('donation_matches', 'bank_line_id', 'bank_lines', 'bank_line_id'),
    ('donation_matches', 'pledge_id', 'pledges', 'pledge_id'),
    ('complaints', 'run_id', 'selection_runs', 'run_id'),
] %}
with months as (
    select * from {{ ref('stg_jamsos__coverage_months') }}
),

bills as (
    select * from {{ ref('stg_jamsos__bills') }}
),

lines as (
    select * from {{ ref('stg_jamsos__decree_lines') }}
),

decrees as (
    select * from {{ ref('stg_jamsos__decrees') }}
)

select 'coverage_months.decree_line_id' as edge
from months
inner join bills on bills.bill_id = months.bill_id
inner join lines on lines.decree_line_id = months.decree_line_id
inner join decrees on decrees.decree_id = lines.decree_id
where decrees.office_code <> bills.office_code
{% for table, column, referred, key in edges %}
union all
select '{{ table }}.{{ column }}' as edge
from {{ ref('stg_jamsos__' ~ table) }} as here
inner join {{ ref('stg_jamsos__' ~ referred) }} as there on there.{{ key }} = here.{{ column }}
where there.office_code <> here.office_code
{% endfor %}
