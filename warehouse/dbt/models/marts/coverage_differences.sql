with differences as (
    select * from {{ ref('stg_jamsos__coverage_differences') }}
),

resolutions as (
    select * from {{ ref('stg_jamsos__difference_resolutions') }}
),

carried as (
    select
        coverage_difference_id,
        count(*) as carried_count
    from {{ ref('stg_jamsos__carried_differences') }}
    group by coverage_difference_id
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
    differences.coverage_difference_id,
    differences.kind,
    differences.owner,
    differences.person_id,
    differences.month,
    bills.bill_id,
    bills.billing_code,
    funds.fund_id,
    funds.fund_code,
    bills.regency_code,
    regions.district_code,
    regions.village_code,
    documents.document_number as insurer_receipt_number,
    receipts.received_date,
    differences.line,
    differences.billed_amount,
    differences.received_amount,
    differences.received_amount - differences.billed_amount as difference_amount,
    resolutions.resolution,
    resolutions.resolved_date,
    coalesce(carried.carried_count, 0) as carried_count
from differences
join receipts on receipts.insurer_receipt_id = differences.insurer_receipt_id
join documents on documents.document_id = receipts.document_id
join bills on bills.bill_id = receipts.bill_id
join funds on funds.fund_id = bills.fund_id
left join regions on regions.village_code = differences.village_code
left join resolutions on resolutions.coverage_difference_id = differences.coverage_difference_id
left join carried on carried.coverage_difference_id = differences.coverage_difference_id
