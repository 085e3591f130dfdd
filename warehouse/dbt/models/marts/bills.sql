with bills as (
    select * from {{ ref('stg_jamsos__bills') }}
),

decrees as (
    select * from {{ ref('int_decrees_rooted') }}
),

funds as (
    select * from {{ ref('stg_jamsos__funds') }}
),

months as (
    select
        bill_id,
        {{ contribution('billed', 'jkk_amount') }} as jkk_amount,
        {{ contribution('billed', 'jkm_amount') }} as jkm_amount,
        {{ worker_months('paid') }} as paid_months,
        {{ worker_months('confirmed') }} as confirmed_months,
        {{ contribution('confirmed') }} as confirmed_amount
    from {{ ref('coverage_counts') }}
    group by bill_id
),

payments as (
    select * from {{ ref('stg_jamsos__payments') }}
),

sp2d as (
    select * from {{ ref('stg_jamsos__documents') }}
),

spp as (
    select * from {{ ref('stg_jamsos__documents') }}
),

spm as (
    select * from {{ ref('stg_jamsos__documents') }}
),

paid as (
    select
        payments.bill_id,
        count(*) as payments,
        {{ total('payments.amount') }} as paid_amount,
        max(payments.paid_date) as paid_date,
        {{ dbt.listagg('sp2d.document_number', "', '", 'order by payments.paid_date, payments.payment_id') }} as sp2d_numbers,
        {{ dbt.listagg('spp.document_number', "', '", 'order by payments.paid_date, payments.payment_id') }} as spp_numbers,
        {{ dbt.listagg('spm.document_number', "', '", 'order by payments.paid_date, payments.payment_id') }} as spm_numbers
    from payments
    join sp2d on sp2d.document_id = payments.sp2d_id
    left join spp on spp.document_id = payments.spp_id
    left join spm on spm.document_id = payments.spm_id
    group by payments.bill_id
),

received as (
    select
        bill_id,
        {{ total('worker_months') }} as received_months,
        {{ total('amount') }} as received_amount,
        max(received_date) as received_date
    from {{ ref('stg_jamsos__insurer_receipts') }}
    group by bill_id
),

differing as (
    select
        bill_id,
        count(*) as difference_count,
        {{ total('difference_amount') }} as difference_amount
    from {{ ref('coverage_differences') }}
    group by bill_id
)

select
    bills.bill_id,
    bills.billing_code,
    decrees.root_id as decree_id,
    decrees.root_number as decree_number,
    bills.fund_id,
    funds.fund_code,
    bills.regency_code,
    bills.month_from,
    bills.month_to,
    bills.issued_date,
    bills.workers,
    bills.worker_months,
    coalesce(months.jkk_amount, 0) as jkk_amount,
    coalesce(months.jkm_amount, 0) as jkm_amount,
    bills.amount,
    coalesce(paid.payments, 0) as payments,
    coalesce(months.paid_months, 0) as paid_months,
    coalesce(paid.paid_amount, 0) as paid_amount,
    paid.paid_date,
    paid.spp_numbers,
    paid.spm_numbers,
    paid.sp2d_numbers,
    coalesce(months.confirmed_months, 0) as confirmed_months,
    coalesce(months.confirmed_amount, 0) as confirmed_amount,
    coalesce(received.received_months, 0) as received_months,
    coalesce(received.received_amount, 0) as received_amount,
    received.received_date,
    coalesce(differing.difference_count, 0) as difference_count,
    coalesce(differing.difference_amount, 0) as difference_amount
from bills
join decrees on decrees.decree_id = bills.decree_id
join funds on funds.fund_id = bills.fund_id
left join months on months.bill_id = bills.bill_id
left join paid on paid.bill_id = bills.bill_id
left join received on received.bill_id = bills.bill_id
left join differing on differing.bill_id = bills.bill_id
