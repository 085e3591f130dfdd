"""Questions of the coverage statement: each a figure of the report, a query over marts and a CSV file inside the PDF.

`regency` is a Kemendagri code, `year` the programme year, `first` and `last` its first and last month. Every question says its order,
so that the same warehouse gives the same rows.
"""

from reports.marts import Question

_COUNTS = ("workers", "months", "amount")
_PAID = """from marts.coverage_months c join marts.people p on p.person_id = c.person_id
    where c.regency_code = :regency and c.state in ('paid', 'confirmed') and c.month between :first and :last"""
_COUNTED = "count(distinct c.person_id) as workers, count(*) as months, sum(c.amount) as amount"

REGION = Question(
    "wilayah",
    "Wilayah",
    "select distinct regency_name, province_name from marts.regions where regency_code = :regency order by 1, 2",
)
TARGET = Question(
    "target-dan-realisasi",
    "Target dan realisasi",
    """select target_workers, target_months, target_amount, paid_workers, paid_months, paid_amount, confirmed_workers,
        confirmed_months, confirmed_amount, workers_percent, months_percent, amount_percent
    from marts.programme_years where regency_code = :regency and year = :year""",
)
DECREES = Question(
    "keputusan",
    "Keputusan Bupati",
    """select decree_number, signed_date, fund_code, month_from, month_to, rate, workers, worker_months, amount, amendments,
        replaced_workers, terminated_workers, paid_amount, unspent_amount
    from marts.decrees where regency_code = :regency and year = :year order by signed_date, decree_number""",
)
SELECTIONS = Question(
    "seleksi",
    "Dari calon ke penerima",
    """select s.run_id, d.decree_number, s.ceiling, s.candidates, s.eligible, s.chosen, s.not_reached, s.excluded
    from marts.decrees d join marts.selections s on s.run_id = d.run_id
    where d.regency_code = :regency and d.year = :year order by d.signed_date, d.decree_number""",
)
FUNDS = Question(
    "sumber-dana",
    "Sumber dana",
    """select fund_code, fund_name, regulation, account_code, account_name, carried_amount, received_amount, refunded_amount,
        usable_amount, tied_amount, committed_amount, paid_amount, free_amount, cash_amount
    from marts.funds where regency_code = :regency and fiscal_year = :year order by fund_code""",
)
MONTHS = Question(
    "bulan",
    "Menurut bulan",
    """select month, sum(workers) as workers, sum(paid_workers) as paid, sum(confirmed_workers) as confirmed,
        sum(amount) as amount, sum(paid_amount) as paid_amount, sum(confirmed_amount) as confirmed_amount
    from marts.coverage_by_district
    where regency_code = :regency and month between :first and :last group by month order by month""",
)
DISTRICTS = Question(
    "kecamatan",
    "Menurut kecamatan",
    """select r.district_code, r.district_name, count(distinct c.person_id) as workers, count(c.person_id) as months,
        coalesce(sum(c.amount), 0) as amount
    from (select distinct district_code, district_name from marts.regions where regency_code = :regency) r
    left join marts.coverage_months c on c.district_code = r.district_code and c.regency_code = :regency
        and c.state in ('paid', 'confirmed') and c.month between :first and :last
    group by r.district_code, r.district_name order by r.district_code""",
    _COUNTS,
)
BY_SEX = Question(
    "jenis-kelamin",
    "Menurut jenis kelamin",
    f"select coalesce(c.sex, 'unknown') as part, {_COUNTED} {_PAID} group by 1 order by 1",
    _COUNTS,
)
BY_BASIS = Question(
    "dasar-penetapan",
    "Menurut kelompok dasar penetapan",
    f"select c.group_code as part, {_COUNTED} {_PAID} group by 1 order by 2 desc, 1",
    _COUNTS,
)
_GROUPS = (
    ("single_mother", "is_single_mother"),
    ("disability", "has_disability"),
    ("farmer", "is_farmer"),
    ("fisher", "is_fisher"),
    ("driver", "is_driver"),
    ("trader", "is_trader"),
    ("day_labourer", "is_day_labourer"),
    ("domestic_worker", "is_domestic_worker"),
    ("artisan", "is_artisan"),
    ("boat_crew", "is_boat_crew"),
    ("religious_worker", "is_religious_worker"),
    ("other_worker", "is_other_worker"),
)
_BELONGING = ", ".join(f"('{code}', p.{column})" for code, column in _GROUPS)
BY_GROUP = Question(
    "kelompok-dan-pekerjaan",
    "Menurut kelompok dan pekerjaan",
    f"""select g.part, {_COUNTED}
    {_PAID.replace(" where", f" cross join lateral (values {_BELONGING}) g (part, belongs) where g.belongs and", 1)}
    group by 1 order by 2 desc, 1""",
    _COUNTS,
)
BY_DECILE = Question(
    "desil",
    "Menurut desil kesejahteraan",
    f"select c.decile as part, {_COUNTED} {_PAID} group by 1 order by 1 nulls last",
    _COUNTS,
)
BY_DISABILITY = Question(
    "disabilitas",
    "Menurut disabilitas",
    f"select p.has_disability as part, {_COUNTED} {_PAID} group by 1 order by 1 desc",
    _COUNTS,
)
CONTINUITY = Question(
    "ketersambungan",
    "Bulan terbayar berturut-turut",
    """with paid as (
        select person_id, month, extract(year from month) * 12 + extract(month from month)
            - row_number() over (partition by person_id order by month) as run
        from marts.coverage_months
        where regency_code = :regency and state in ('paid', 'confirmed') and month <= :last
    ), runs as (
        select person_id, count(*) as months from paid group by person_id, run having max(month) >= :first
    ), longest as (
        select person_id, max(months) as months from runs group by person_id
    )
    select case when months < 3 then 'below_3' when months < 36 then 'from_3' else 'from_36' end as part, count(*) as workers
    from longest group by 1 order by 1""",
    ("workers",),
)
PAYMENTS = Question(
    "pembayaran",
    "Pembayaran iuran",
    """select billing_code, decree_number, fund_code, month_from, month_to, workers, worker_months, jkk_amount, jkm_amount, amount,
        spp_numbers, spm_numbers, sp2d_numbers, paid_date, paid_amount, confirmed_months, confirmed_amount
    from marts.bills where regency_code = :regency and month_from between :first and :last
    order by month_from, billing_code""",
)
CHANGES = Question(
    "perubahan",
    "Perubahan peserta",
    """select amendment_number, amendment_date, action, reason, count(*) as lines from marts.decree_changes
    where regency_code = :regency and year = :year
    group by amendment_number, amendment_date, action, reason
    order by amendment_date, amendment_number, action, reason nulls last""",
)
CLAIMS = Question(
    "klaim",
    "Manfaat yang dibayarkan BPJS Ketenagakerjaan",
    """select kind, count(*) as claims, sum(amount) as amount from marts.claims
    where regency_code = :regency and event_month between :first and :last group by kind order by kind""",
)
DONATIONS = Question(
    "donasi",
    "Donasi",
    """select fund_code, sum(pledges) as pledges, sum(pledged_amount) as pledged_amount, sum(gifts) as gifts,
        sum(matched_amount) as matched_amount, sum(aside_amount) as aside_amount, sum(refunded_amount) as refunded_amount,
        sum(outgoing_amount) as outgoing_amount, sum(booked_amount) as booked_amount
    from marts.donations where regency_code = :regency and month between :first and :last
    group by fund_code order by fund_code""",
)
DIFFERENCES = Question(
    "selisih",
    "Selisih dengan BPJS Ketenagakerjaan",
    """select d.kind, count(*) as cases, sum(d.difference_amount) as amount
    from marts.coverage_differences d join marts.bills b on b.bill_id = d.bill_id
    where d.regency_code = :regency and b.month_from between :first and :last group by d.kind order by d.kind""",
)
