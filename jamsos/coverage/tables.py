"""Coverage tables: bills, worker-months, payments, insurer receipts and their differences."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from jamsos import legal_terms as terms
from jamsos.access.tables import officers
from jamsos.coverage.rules import FOUND, OWNERS, CoverageState, Difference, EndOfCover, Owner, Resolution
from jamsos.data_classes import GENERAL, NARRATIVE, OFFICIAL, OPEN, PSEUDONYM, VULNERABILITY
from jamsos.db import (
    ACROSS,
    SCHEMA,
    belongs_to,
    choice,
    code,
    day,
    identity,
    instant,
    metadata,
    month,
    owned,
    rupiah,
    text_,
)
from jamsos.decrees.tables import decree_lines, decrees
from jamsos.ledger.tables import documents, funds, journal_transactions
from jamsos.people.tables import people
from jamsos.sql_files import sql_file, sql_statements
from jamsos.worker_groups import Group

bills = Table(
    "bills",
    metadata,
    identity(),
    *owned(),
    code("billing_code", info=OPEN),
    *belongs_to("decree_id", decrees, index=True),
    *belongs_to("fund_id", funds, index=True),
    month("month_from", info=OPEN),
    month("month_to", info=OPEN),
    day("issued_date", info=OPEN),
    Column("worker_count", Integer, nullable=False, info=OPEN),
    Column("worker_months", Integer, nullable=False, info=OPEN),
    rupiah(info=OPEN),
    Column("list_sha256", LargeBinary, nullable=False, info=OPEN),
    *belongs_to("transaction_id", journal_transactions),
    instant(),
    UniqueConstraint("office_code", "billing_code"),
    info={"grows": True, "umbrella": "office_code"},
)

_BILLED = sql_statements(__file__, "billed_months_stay")

_HELD = sql_statements(__file__, "months_need_a_line")

_PAYABLE = sql_statements(__file__, "groups_a_fund_may_pay")

_KEPT = sql_statements(__file__, "identity_of_protected")

_ONE_PAYER = "a month of a worker is paid for once, by whatever office"

worker_months = Table(
    "worker_months",
    metadata,
    Column("person_id", BigInteger, ForeignKey(people.c.id), primary_key=True),
    month("month", primary_key=True, info=GENERAL),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False),
    Column("decree_line_id", BigInteger, ForeignKey(decree_lines.c.id), nullable=False, index=True),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    choice("group_code", Group, nullable=True, info=VULNERABILITY),
    code("village_code", nullable=False, info=GENERAL),
    rupiah("jkk_amount", info=GENERAL),
    rupiah("jkm_amount", info=GENERAL),
    rupiah(info=GENERAL),
    Index("worker_months_bill_id_idx", "bill_id"),
    Index("worker_months_village_code_month_idx", "village_code", "month"),
    info={
        "grows": True,
        "sight": "village_code",
        "also": (*_BILLED, *_HELD, *_PAYABLE),
        "installation_wide": {"person_id, month": _ONE_PAYER},
    },
)

_ADDED_UP = sql_statements(__file__, "worker_month_sums")

worker_month_sums = Table(
    "worker_month_sums",
    metadata,
    identity(),
    month("month", info=OPEN),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    choice("group_code", Group, nullable=True, info=VULNERABILITY),
    code("village_code", nullable=False, info=OPEN),
    Column("worker_months", BigInteger, nullable=False, info=OPEN),
    rupiah("jkk_amount", info=OPEN),
    rupiah("jkm_amount", info=OPEN),
    rupiah(info=OPEN),
    Index("worker_month_sums_village_code_month_idx", "village_code", "month"),
    info={"grows": True, "sight": "village_code", "also": _ADDED_UP, "same_office": "worker_month_sums"},
)

payments = Table(
    "payments",
    metadata,
    identity(),
    *owned(),
    *belongs_to("bill_id", bills, index=True),
    *belongs_to("fund_id", funds, index=True),
    *belongs_to("sp2d_id", documents, unique=True),
    *belongs_to("spp_id", documents, nullable=True),
    *belongs_to("spm_id", documents, nullable=True),
    day("paid_date", info=OPEN),
    rupiah(info=OPEN),
    *belongs_to("transaction_id", journal_transactions),
    instant(),
    info={"grows": True, "umbrella": "office_code"},
)

paid_months = Table(
    "paid_months",
    metadata,
    Column("person_id", BigInteger, info=PSEUDONYM),
    month("month", info=GENERAL),
    Column("payment_id", BigInteger, ForeignKey(payments.c.id), nullable=False, index=True),
    code("village_code", nullable=False, info=GENERAL),
    # included, so that an index-only scan finds the state
    PrimaryKeyConstraint("person_id", "month", postgresql_include=["payment_id", "village_code"]),
    ForeignKeyConstraint(["person_id", "month"], [worker_months.c.person_id, worker_months.c.month]),
    info={"grows": True, "sight": "village_code", "installation_wide": {"person_id, month": _ONE_PAYER}},
)

insurer_receipts = Table(
    "insurer_receipts",
    metadata,
    identity(),
    *owned(),
    *belongs_to("bill_id", bills, index=True),
    *belongs_to("document_id", documents, unique=True),
    day("received_date", info=OPEN),
    Column("worker_months", Integer, nullable=False, info=OPEN),
    rupiah(info=OPEN),
    instant(),
    info={"grows": True, "umbrella": "office_code"},
)

confirmed_months = Table(
    "confirmed_months",
    metadata,
    Column("person_id", BigInteger, info=PSEUDONYM),
    month("month", info=GENERAL),
    Column("insurer_receipt_id", BigInteger, ForeignKey(insurer_receipts.c.id), nullable=False, index=True),
    code("village_code", nullable=False, info=GENERAL),
    # included, so that an index-only scan finds the state
    PrimaryKeyConstraint("person_id", "month", postgresql_include=["insurer_receipt_id", "village_code"]),
    ForeignKeyConstraint(["person_id", "month"], [worker_months.c.person_id, worker_months.c.month]),
    info={"grows": True, "sight": "village_code", "also": _KEPT, "installation_wide": {"person_id, month": _ONE_PAYER}},
)

_OWNER = (
    "case "
    + " ".join(
        f"when kind in ({', '.join(repr(str(kind)) for kind, whose in OWNERS.items() if whose is owner)}) then '{owner}'"
        for owner in (Owner.office, Owner.treasury)
    )
    + f" else '{Owner.insurer}' end"
)

# Months of a person that need no payment, with the reason: after the month of a death, a move or another payer. For a
# merged id they also include the months that were paid for the same worker under the other id.
unneeded_months = Table(
    "unneeded_months",
    metadata,
    Column("person_id", BigInteger, nullable=False, info=PSEUDONYM),
    Column("kind", Text, nullable=False, info=GENERAL | {"choices": Difference}),
    day("month_from", info=GENERAL),
    day("month_to", info=GENERAL),
    info={"view": sql_file(__file__, "unneeded_months")},
)

# The insurer received what was billed, so both amounts are equal. A difference that was closed because its reason was
# withdrawn is recorded again when there is a new reason.
_IN_VAIN = "kind in ('died', 'moved', 'other_payer') or kind = 'double' and line is null"


def find_in_vain(whose: str) -> str:
    """Return the statement that inserts confirmed months `c` paid in vain and not yet recorded as differences.

    `whose` is a condition on `c` or on `unneeded_months u`.
    """
    return sql_file(__file__, "paid_in_vain", whose=whose, in_vain=_IN_VAIN)


def groundless(known: str = "true") -> str:
    """Return the condition for unresolved differences `d` of months paid in vain that have no reason any more.

    `known` is a condition on the rows of `unneeded_months u`.
    """
    return f"""({_IN_VAIN.replace("kind", "d.kind").replace("line", "d.line")})
       and not exists (select from {SCHEMA}.difference_resolutions s where s.difference_id = d.id)
       and not exists (select from {SCHEMA}.unneeded_months u
                        where u.person_id = d.person_id and u.kind = d.kind and d.month between u.month_from and u.month_to and {known})"""


_WITHDRAWN = sql_statements(
    __file__,
    "withdrawn_differences",
    groundless=groundless("u.person_id = any(persons)"),
    paid_in_vain=find_in_vain("u.person_id = any(persons)"),
)

_AT_ONCE = sql_statements(__file__, "found_in_vain", paid_in_vain=find_in_vain("u.person_id = any(persons)"))

coverage_differences = Table(
    "coverage_differences",
    metadata,
    identity(),
    Column("insurer_receipt_id", BigInteger, ForeignKey(insurer_receipts.c.id), nullable=False, index=True),
    choice("kind", Difference, info=GENERAL),
    Column("line", Integer, info=GENERAL),
    Column("person_id", BigInteger, ForeignKey(people.c.id)),
    month("month", nullable=True, info=GENERAL),
    rupiah("billed_amount", info=GENERAL),
    rupiah("received_amount", info=GENERAL),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    Column(
        "owner",
        Text(collation="C"),
        Computed(_OWNER, persisted=True),
        nullable=False,
        info=GENERAL | {"choices": Owner},
    ),
    # the withdrawn difference of the same month that this one follows
    Column(
        "follows_id",
        BigInteger,
        ForeignKey("programme.coverage_differences.id"),
        info={ACROSS: "set by the database, from the same person and month"},
    ),
    # one difference per month paid in vain, whichever reason became known first
    Index(
        "coverage_differences_in_vain_key",
        "person_id",
        "month",
        text("coalesce(follows_id, 0)"),
        unique=True,
        postgresql_where=text(_IN_VAIN),
    ),
    info={
        "grows": True,
        "sight": "village_code",
        "also": (*_WITHDRAWN, *_AT_ONCE),
        "installation_wide": {"person_id, month, coalesce(follows_id, 0)": _ONE_PAYER},
    },
)

_FOUND = ", ".join(f"'{each}'" for each in sorted(FOUND))

difference_resolutions = Table(
    "difference_resolutions",
    metadata,
    identity(),
    Column("difference_id", BigInteger, ForeignKey(coverage_differences.c.id), nullable=False, unique=True),
    choice("resolution", Resolution, info=GENERAL),
    text_("remark", nullable=True, info=NARRATIVE),
    day("resolved_date", info=GENERAL),
    text_("resolved_by", info=OFFICIAL),
    # empty where the programme itself recorded the resolution
    Column("officer_id", BigInteger, ForeignKey(officers.c.id)),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    CheckConstraint(f"officer_id is not null or resolution in ({_FOUND})", name="whose"),
    info={"grows": True, "sight": "village_code"},
)

# The unresolved differences of a fund at the issue of its next bill; each next bill carries them again until they are resolved.
carried_differences = Table(
    "carried_differences",
    metadata,
    identity(),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id), nullable=False),
    Column("difference_id", BigInteger, ForeignKey(coverage_differences.c.id), nullable=False, index=True),
    code("village_code", nullable=True, info=GENERAL),
    instant(),
    UniqueConstraint("bill_id", "difference_id"),
    info={"grows": True, "sight": "village_code"},
)

# A view, declared here so that queries can use it. It applies the row-level security of its tables.
coverage_months = Table(
    "coverage_months",
    metadata,
    Column("person_id", BigInteger, ForeignKey(people.c.id), primary_key=True),
    Column("month", Date, primary_key=True, info=GENERAL | {"month": True}),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id)),
    Column("decree_line_id", BigInteger, ForeignKey(decree_lines.c.id)),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id)),
    Column("group_code", Text, info=VULNERABILITY | {"choices": Group}),
    Column("village_code", Text, info=GENERAL),
    Column("jkk_amount", BigInteger, info=GENERAL | {"money": True}),
    Column("jkm_amount", BigInteger, info=GENERAL | {"money": True}),
    Column("amount", BigInteger, info=GENERAL | {"money": True}),
    Column("state", Text, info=GENERAL | {"choices": CoverageState}),
    Column("payment_id", BigInteger, ForeignKey(payments.c.id)),
    Column("insurer_receipt_id", BigInteger, ForeignKey(insurer_receipts.c.id)),
    info={"view": sql_file(__file__, "coverage_months")},
)

_SEEN_BY_READER = (
    "current_setting('role') = 'jamsos_dbt' or session_user = 'jamsos_dbt'"
    " or programme.is_in_sight(w.village_code, w.village_code)"
)


def _months_in_vain(sight: str) -> str:
    return sql_file(__file__, "months_in_vain", in_vain=_IN_VAIN, sight=sight)


# Months paid after a death, a move, another's paying or under two ids: at once, confirmed or not, and how each was settled.
vain_months = Table(
    "vain_months",
    metadata,
    Column("person_id", BigInteger, ForeignKey(people.c.id), primary_key=True),
    Column("month", Date, primary_key=True, info=GENERAL | {"month": True}),
    Column("kind", Text, info=GENERAL | {"choices": Difference}),
    Column("bill_id", BigInteger, ForeignKey(bills.c.id)),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id)),
    Column("village_code", Text, info=GENERAL),
    Column("amount", BigInteger, info=GENERAL | {"money": True}),
    Column("state", Text, info=GENERAL | {"choices": CoverageState}),
    Column("difference_id", BigInteger, ForeignKey(coverage_differences.c.id)),
    Column("resolution", Text, info=GENERAL | {"choices": Resolution}),
    Column("resolved_date", Date, info=GENERAL),
    Column("is_open", Boolean, info=GENERAL),
    Column("due_date", Date, info=GENERAL),
    info={
        "before": sql_statements(__file__, "vain_months_known", query=_months_in_vain(_SEEN_BY_READER)),
        "query": _months_in_vain("true"),
        "view": sql_file(__file__, "vain_months"),
    },
)

legal_terms = Table(
    "legal_terms",
    metadata,
    Column("term", Text, primary_key=True, info=OPEN | {"choices": terms.Term}),
    Column("value", Integer, info=OPEN),
    Column("valid_from", Date, primary_key=True, info=OPEN),
    info={
        "view": sql_file(
            __file__,
            "legal_terms",
            terms=", ".join(f"('{term}', {value}, date '{since.first_day}')" for term, value, since in terms.history()),
        )
    },
)


def worker_spells_of(whose: str) -> str:
    """Return the query of the spells of cover; `whose`: a condition on the paid months `m` to read."""
    return sql_file(__file__, "worker_spells", whose=whose)


# The dates of cover: marts, API, command, page and report tell from these who is protected on a day.
worker_spells = Table(
    "worker_spells",
    metadata,
    Column("person_id", BigInteger, primary_key=True, info=PSEUDONYM),
    Column("decree_line_id", BigInteger, info=OPEN),
    Column("fund_id", BigInteger, info=OPEN),
    Column("village_code", Text, info=GENERAL),
    Column("regency_code", Text, info=OPEN),
    Column("group_code", Text, info=VULNERABILITY | {"choices": Group}),
    Column("run_from", Date, info=GENERAL),
    Column("month_from", Date, primary_key=True, info=GENERAL),
    Column("month_to", Date, info=GENERAL),
    Column("months", BigInteger, info=GENERAL),
    Column("confirmed_months", BigInteger, info=GENERAL),
    Column("amount", BigInteger, info=GENERAL | {"money": True}),
    Column("first_paid_date", Date, info=GENERAL),
    Column("last_paid_date", Date, info=GENERAL),
    Column("known_at", DateTime(timezone=True), info=GENERAL),
    Column("protected_from", Date, info=GENERAL),
    Column("protected_to", Date, info=GENERAL),
    Column("end_reason", Text, info=GENERAL | {"choices": EndOfCover}),
    info={"view": f"create view {SCHEMA}.worker_spells with (security_invoker = true) as\n{worker_spells_of('true')}"},
)
