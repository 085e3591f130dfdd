"""Questions of the coverage statement: each is a figure of the report, a query over marts and a CSV file in the PDF.

`regency` is a Kemendagri code, `year` the programme year, `first` and `last` its first and last month. Every question has an
order, so that the same warehouse gives the same rows.
"""

from reports.marts import Question
from reports.suppression import Figures


def _persons(name: str, part: str = "part") -> Figures:
    return Figures([part], {"workers": name}, {"months": [name], "amount": [name]})


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
    Figures(
        counts={
            "target_workers": "decree", "paid_workers": "persons", "paid_months": "paid",
            "confirmed_workers": "confirmed_persons", "confirmed_months": "confirmed",
        },
        follows={
            "target_months": ["target_months"], "target_amount": ["target_months"], "paid_amount": ["paid"],
            "confirmed_amount": ["confirmed"], "workers_percent": ["decree", "persons"],
            "months_percent": ["target_months", "paid"], "amount_percent": ["target_months", "paid"],
        },
    ),
)  # fmt: skip
DECREES = Question(
    "keputusan",
    "Keputusan Bupati",
    """select decree_number, signed_date, fund_code, month_from, month_to, rate, workers, worker_months, amount, paid_amount,
        unspent_amount
    from marts.decrees where regency_code = :regency and year = :year order by signed_date, decree_number""",
    Figures(
        ["decree_number"],
        {"workers": "decree"},
        {
            "worker_months": ["decree"],
            "amount": ["decree"],
            "paid_amount": ["decree", "decree_paid"],
            "unspent_amount": ["decree", "decree_paid"],
        },
        plain=["rate"],
    ),
)
SELECTIONS = Question(
    "seleksi",
    "Dari calon ke penerima",
    """select s.run_id, d.decree_number, s.ceiling, s.candidates, s.eligible, s.chosen, s.not_reached, s.excluded
    from marts.decrees d join marts.selections s on s.run_id = d.run_id
    where d.regency_code = :regency and d.year = :year order by d.signed_date, d.decree_number""",
    Figures(
        ["run_id"],
        {name: name for name in ("candidates", "eligible", "chosen", "not_reached", "excluded")},
        {"ceiling": ["chosen"]},
    ),
)
FUNDS = Question(
    "sumber-dana",
    "Sumber dana",
    """with moved as (
        select f.fund_id, f.fiscal_year = :year as is_own,
            coalesce(sum(m.amount) filter (where m.account = 'cash' and m.month < :first), 0) as before,
            coalesce(sum(m.amount) filter (where m.account = 'cash'), 0) as cash,
            -coalesce(sum(m.amount) filter (where m.account = 'received' and (f.fiscal_year = :year or m.month >= :first)), 0) as received,
            -coalesce(sum(m.amount) filter (where m.account = 'carried' and (f.fiscal_year = :year or m.month >= :first)), 0) as carried,
            coalesce(sum(m.amount) filter (where m.account = 'refund' and (f.fiscal_year = :year or m.month >= :first)), 0) as refunded,
            coalesce(sum(m.amount) filter (where m.account = 'contribution' and (f.fiscal_year = :year or m.month >= :first)), 0) as paid,
            -coalesce(sum(m.amount) filter (where m.account in ('payable', 'committed')), 0) as owed,
            -coalesce(sum(m.amount) filter (where m.account = 'free'), 0) as free
        from marts.funds f left join marts.fund_movements m on m.fund_id = f.fund_id and m.month <= :last
        where f.regency_code = :regency and f.fiscal_year <= :year group by f.fund_id, f.fiscal_year
    )
    select f.fund_code, f.fund_name, f.regulation, f.account_code, f.account_name,
        m.carried + case when m.is_own then 0 else m.before end as carried_amount, m.received as received_amount,
        m.refunded as refunded_amount,
        case when f.tied_amount = 0 then m.cash + m.paid else f.usable_amount end as usable_amount, f.tied_amount,
        m.paid + m.owed as committed_amount, m.paid as paid_amount,
        case when f.tied_amount = 0 then m.free else f.free_amount end as free_amount, m.cash as cash_amount
    from moved m join marts.funds f on f.fund_id = m.fund_id where m.is_own or m.before <> 0 order by f.fund_code""",
    Figures(
        ["fund_code"],
        follows={
            "committed_amount": ["fund_committed"],
            "free_amount": ["fund_committed"],
            "paid_amount": ["fund_paid"],
            "cash_amount": ["fund_paid"],
        },
        plain=["carried_amount", "received_amount", "refunded_amount", "usable_amount", "tied_amount"],
    ),
)
MONTHS = Question(
    "bulan",
    "Menurut bulan",
    """select case when grouping(c.month) = 1 then 'all' else cast(c.month as text) end as month, coalesce(sum(c.workers), 0) as workers,
        coalesce(sum(c.paid_workers), 0) as paid, coalesce(sum(c.confirmed_workers), 0) as confirmed,
        coalesce(sum(c.amount), 0) as amount, coalesce(sum(c.paid_amount), 0) as paid_amount,
        coalesce(sum(c.confirmed_amount), 0) as confirmed_amount,
        grouping(c.month) = 0 and bool_or(s.month is not null) as is_suppressed
    from marts.coverage_by_district c
    left join marts.suppressed_cells s on s.regency_code = c.regency_code and s.dimension = 'month' and s.month = c.month
    where c.regency_code = :regency and c.month between :first and :last
    group by grouping sets ((c.month), ()) order by grouping(c.month), c.month""",
    Figures(
        ["month"],
        {"workers": "billed", "paid": "paid", "confirmed": "confirmed"},
        {"amount": ["billed"], "paid_amount": ["paid"], "confirmed_amount": ["confirmed"]},
    ),
)
DISTRICTS = Question(
    "kecamatan",
    "Menurut kecamatan",
    """select r.district_code, r.district_name, count(distinct c.person_id) as workers, count(c.person_id) as months,
        coalesce(sum(c.amount), 0) as amount, count(s.part_code) > 0 or count(c.person_id) <> coalesce((
            select sum(p.workers) from marts.public_coverage_by_district p
            where p.district_code = r.district_code and p.month between :first and :last
        ), count(c.person_id)) as is_suppressed
    from (select distinct district_code, district_name from marts.regions where regency_code = :regency) r
    left join marts.coverage_months c on c.district_code = r.district_code and c.regency_code = :regency
        and c.state in ('paid', 'confirmed') and c.month between :first and :last
    left join marts.suppressed_cells s on s.regency_code = :regency and s.dimension = 'district' and s.year = :year
        and s.month is null and s.part_code = r.district_code
    group by r.district_code, r.district_name order by r.district_code""",
    _persons("district", "district_code"),
)
BY_SEX = Question(
    "jenis-kelamin",
    "Menurut jenis kelamin",
    f"select coalesce(c.sex, 'unknown') as part, {_COUNTED} {_PAID} group by 1 order by 1",
    _persons("sex"),
)
BY_BASIS = Question(
    "dasar-penetapan",
    "Menurut kelompok dasar penetapan",
    f"""select c.group_code as part, {_COUNTED}, c.group_code in (
        select part_code from marts.suppressed_cells s
        where s.regency_code = :regency and s.dimension = 'group' and s.year = :year and s.month is null
    ) as is_suppressed {_PAID} group by 1 order by 1""",
    _persons("basis"),
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
    f"""select g.part, count(distinct c.person_id) filter (where g.belongs) as workers, count(*) filter (where g.belongs) as months,
        coalesce(sum(c.amount) filter (where g.belongs), 0) as amount,
        count(distinct c.person_id) filter (where not g.belongs) as without
    {_PAID.replace(" where", f" cross join lateral (values {_BELONGING}) g (part, belongs) where", 1)}
    group by 1 having bool_or(g.belongs) order by 1""",
    Figures(
        ["part"],
        {"workers": "group", "without": "without"},
        {"months": ["group"], "amount": ["group"]},
        unprinted=["without"],
    ),
)
BY_DECILE = Question(
    "desil",
    "Menurut desil kesejahteraan",
    f"select c.decile as part, {_COUNTED} {_PAID} group by 1 order by 1 nulls last",
    _persons("decile"),
)
BY_DISABILITY = Question(
    "disabilitas",
    "Menurut disabilitas",
    f"select p.has_disability as part, {_COUNTED} {_PAID} group by 1 order by 1 desc",
    _persons("disability"),
)
CONTINUITY = Question(
    "ketersambungan",
    "Bulan terbayar berturut-turut",
    """with told as (
        select least(cast(:last as date) + 30, as_of_date) as day from marts.public_programmes where regency_code = :regency
    ), counted as (
        select told.day, age(least(s.month_to, date_trunc('month', told.day)), s.run_from) as since
        from marts.worker_spells s join told on told.day between s.protected_from and s.protected_to
        where s.regency_code = :regency
    ), months as (
        select day, extract(year from since) * 12 + extract(month from since) + 1 as months from counted
    )
    select case when months < 3 then 'below_3' when months < 36 then 'from_3' else 'from_36' end as part, day, count(*) as workers
    from months group by 1, 2 order by 1""",
    _persons("continuity"),
)
PAYMENTS = Question(
    "pembayaran",
    "Pembayaran iuran",
    """select coalesce(b.billing_code, 'all') as billing_code, b.decree_number, b.fund_code, b.month_from, b.month_to, b.workers,
        sum(b.worker_months) as worker_months, sum(b.jkk_amount) as jkk_amount, sum(b.jkm_amount) as jkm_amount,
        sum(b.amount) as amount, b.spp_numbers, b.spm_numbers, b.sp2d_numbers, b.paid_date, sum(b.paid_amount) as paid_amount,
        sum(b.confirmed_months) as confirmed_months, sum(b.confirmed_amount) as confirmed_amount,
        bool_and(b.paid_amount >= b.amount) as is_settled,
        grouping(b.billing_code) = 0 and bool_or(exists (
            select from marts.suppressed_cells s where s.regency_code = :regency and s.dimension = 'month'
            and s.month between b.month_from and b.month_to
        )) as is_suppressed
    from marts.bills b where b.regency_code = :regency and b.month_from between :first and :last
    group by grouping sets ((b.billing_code, b.decree_number, b.fund_code, b.month_from, b.month_to, b.workers, b.spp_numbers,
        b.spm_numbers, b.sp2d_numbers, b.paid_date), ())
    order by grouping(b.billing_code), b.month_from, b.billing_code""",
    Figures(
        ["billing_code"],
        {"workers": "bill", "confirmed_months": "bill_confirmed"},
        {
            "worker_months": ["bill"],
            "jkk_amount": ["bill"],
            "jkm_amount": ["bill"],
            "amount": ["bill"],
            "paid_amount": ["bill", "bill_paid"],
            "confirmed_amount": ["bill_confirmed"],
        },
        totals={"bill": "billed", "bill_paid": "paid", "bill_confirmed": "confirmed"},
        plain=["is_settled"],
    ),
)
_CHANGE = "count(*) filter (where action = '{0}') as {0}s"
CHANGES = Question(
    "perubahan",
    "Perubahan peserta",
    f"""select coalesce(amendment_number, 'all') as amendment_number, amendment_date,
        {_CHANGE.format("inclusion")}, {_CHANGE.format("termination")}, {_CHANGE.format("replacement")}
    from marts.decree_changes where regency_code = :regency and year = :year
    group by grouping sets ((amendment_number, amendment_date), ())
    order by grouping(amendment_number), amendment_date, amendment_number""",
    Figures(["amendment_number"], {name: name for name in ("inclusions", "terminations", "replacements")}),
)
REASONS = Question(
    "sebab-pemberhentian",
    "Sebab pemberhentian",
    """select coalesce(reason, 'unknown') as reason, count(*) as lines from marts.decree_changes
    where regency_code = :regency and year = :year and action = 'termination' group by 1 order by 1""",
    Figures(["reason"], {"lines": "reason"}),
)
CLAIMS = Question(
    "klaim",
    "Manfaat yang dibayarkan BPJS Ketenagakerjaan",
    """select coalesce(kind, 'all') as kind, count(*) as claims, coalesce(sum(amount), 0) as amount from marts.claims
    where regency_code = :regency and event_month between :first and :last
    group by grouping sets ((kind), ()) order by grouping(kind), kind""",
    Figures(["kind"], {"claims": "claims"}, {"amount": ["claims"]}),
)
DONATIONS = Question(
    "donasi",
    "Donasi",
    """select fund_code, sum(pledges) as pledges, sum(pledged_amount) as pledged_amount, sum(gifts) as gifts,
        sum(matched_amount) as matched_amount, sum(aside_amount) as aside_amount, sum(refunded_amount) as refunded_amount,
        sum(outgoing_amount) as outgoing_amount, sum(booked_amount) as booked_amount
    from marts.donations where regency_code = :regency and month between :first and :last
    group by fund_code order by fund_code""",
    Figures(
        ["fund_code"],
        {"pledges": "pledges", "gifts": "gifts"},
        plain=[
            "pledged_amount",
            "matched_amount",
            "aside_amount",
            "refunded_amount",
            "outgoing_amount",
            "booked_amount",
        ],
    ),
)
DIFFERENCES = Question(
    "selisih",
    "Selisih dengan BPJS Ketenagakerjaan",
    """select kind, count(*) as cases, sum(amount) as amount from (
        select d.kind, d.difference_amount as amount
        from marts.coverage_differences d join marts.bills b on b.bill_id = d.bill_id
        where d.regency_code = :regency and b.month_from between :first and :last
            and d.kind not in ('died', 'moved', 'other_payer') and (d.kind <> 'double' or d.line is not null)
        union all
        select kind, amount from marts.vain_months where regency_code = :regency and month between :first and :last
    ) told group by kind order by kind""",
    Figures(["kind"], {"cases": "difference"}, {"amount": ["difference"]}),
)


def _page(name: str, title: str, cells: str, part: str, dimension: str) -> Question:
    """Make the question after what the public page shows of the year, by month and part. It is asked to decide, and not printed."""
    return Question(
        name,
        title,
        f"""select c.month, c.{part} as part, coalesce(p.workers, c.workers) as workers,
            s.part_code is not null as is_suppressed, s.part_code is null as is_published
        from ({cells}) c
        left join marts.suppressed_cells s on s.regency_code = :regency and s.dimension = '{dimension}' and s.month = c.month
            and s.part_code = c.{part}
        left join marts.public_coverage_by_{dimension} p on p.regency_code = :regency and p.month = c.month and p.{part} = c.{part}
        where c.workers > 0 order by 1, 2""",
        Figures(["part", "month"], {"workers": "basis" if dimension == "group" else dimension}),
    )


PAGE_DISTRICTS = _page(
    "halaman-kecamatan",
    "Kecamatan menurut bulan pada halaman publik",
    """select month, district_code, paid_workers as workers from marts.coverage_by_district
        where regency_code = :regency and month between :first and :last""",
    "district_code",
    "district",
)
PAGE_GROUPS = _page(
    "halaman-kelompok",
    "Kelompok menurut bulan pada halaman publik",
    """select month, group_code, sum(worker_months) as workers from marts.coverage_counts
        where regency_code = :regency and state in ('paid', 'confirmed') and month between :first and :last group by 1, 2""",
    "group_code",
    "group",
)
