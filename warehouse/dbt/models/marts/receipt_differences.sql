with differences as (
    select * from {{ ref('stg_jamsos__receipt_differences') }}
),

receipts as (
    select * from {{ ref('stg_jamsos__insurer_receipts') }}
),

documents as (
    select * from {{ ref('stg_jamsos__documents') }}
),

bills as (
    select * from {{ ref('stg_jamsos__bills') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

regions as (
    select * from {{ ref('regions') }}
)

select
    differences.receipt_difference_id,
    differences.kind,
    differences.person_id,
    differences.month,
    bills.bill_id,
    bills.billing_code,
    funds.fund_id,
    funds.fund_code,
    bills.regency_code,
    regions.district_code,
    regions.village_code,
    documents.document_number as receipt_number,
    receipts.received_date,
    differences.line,
    differences.billed_amount,
    differences.received_amount,
    differences.received_amount - differences.billed_amount as difference_amount
from differences
join receipts on receipts.receipt_id = differences.receipt_id
join documents on documents.document_id = receipts.document_id
join bills on bills.bill_id = receipts.bill_id
join funds on funds.fund_id = bills.fund_id
left join regions on regions.village_code = differences.village_code
