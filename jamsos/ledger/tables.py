"""Ledger tables: funds, dated rates, documents, and the journal, which the database itself checks (journal.sql)."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from jamsos.data_classes import OFFICIAL, OPEN
from jamsos.db import belongs_to, choice, code, day, identity, instant, metadata, month, owned, rupiah, text_
from jamsos.ledger.rules import GENERAL, Account, DocumentKind, FundKind, MovementKind, PayerClass, Programme
from jamsos.sql_files import sql_statements
from jamsos.worker_groups import Group

_JOURNAL = (*sql_statements(__file__, "journal"), *sql_statements(__file__, "carry"))

funds = Table(
    "funds",
    metadata,
    identity(),
    *owned(),
    code("code", info=OPEN),
    text_("name", info=OPEN),
    choice("kind", FundKind, info=OPEN),
    Column("fiscal_year", SmallInteger, nullable=False, info=OPEN),
    text_("regulation", nullable=True, info=OPEN),
    code("account_code", nullable=True, info=OPEN),
    text_("account_name", nullable=True, info=OPEN),
    Column("is_via_apbd", Boolean, nullable=False, info=OPEN),
    instant("created_at"),
    UniqueConstraint("office_code", "code"),
    info={"grows": True, "umbrella": "office_code"},
)

# The permitted use of each part of a fund. A fund without rows may be used whole.
fund_shares = Table(
    "fund_shares",
    metadata,
    identity(),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    code("field", CheckConstraint("field ~ '^[a-z_]+$'", name="field"), info=OPEN),
    Column(
        "basis_points",
        Integer,
        CheckConstraint("basis_points between 0 and 10000", name="basis_points"),
        nullable=False,
        info=OPEN,
    ),
    Column("pays_contributions", Boolean, nullable=False, info=OPEN),
    text_("regulation", info=OPEN),
    day("valid_from", info=OPEN),
    day("verified_on", nullable=True, info=OPEN),
    UniqueConstraint("fund_id", "field", "valid_from"),
    info={"grows": True, "through": "fund_id"},
)

# The groups that a fund may pay for, from a month until a later row changes the rule. A fund without rows may pay for every group.
fund_groups = Table(
    "fund_groups",
    metadata,
    identity(),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    choice("group_code", Group, info=OPEN),
    Column("is_allowed", Boolean, nullable=False, info=OPEN),
    month("valid_from", info=OPEN),
    text_("regulation", info=OPEN),
    day("verified_on", nullable=True, info=OPEN),
    instant(),
    Index("fund_groups_fund_id_group_code_valid_from_idx", "fund_id", "group_code", "valid_from"),
    info={"grows": True, "through": "fund_id"},
)

contribution_rates = Table(
    "contribution_rates",
    metadata,
    identity(),
    choice("programme", Programme, info=OPEN),
    choice("payer_class", PayerClass, info=OPEN),
    code("sector", nullable=True, info=OPEN),
    rupiah("income_from", info=OPEN),
    rupiah("base_amount", info=OPEN),
    rupiah("amount", info=OPEN),
    month("valid_from", info=OPEN),
    month("valid_to", nullable=True, info=OPEN),
    text_("regulation", info=OPEN),
    day("verified_on", nullable=True, info=OPEN),
    info={"grows": True, "national": True},
)

documents = Table(
    "documents",
    metadata,
    identity(),
    *owned(),
    choice("kind", DocumentKind, info=OPEN),
    code("number", info=OPEN),
    day("document_date", info=OPEN),
    rupiah(nullable=True, info=OPEN),
    *belongs_to("fund_id", funds, nullable=True, index=True),
    Column("file_sha256", LargeBinary, info=OPEN),
    text_("description", nullable=True, info=OPEN),
    instant(),
    UniqueConstraint("office_code", "kind", "number"),
    info={"grows": True, "umbrella": "office_code"},
)

# One transaction moves money of one fund. The database sets number, previous_hash, hash, recorded_at and the fund's office (journal.sql).
journal_transactions = Table(
    "journal_transactions",
    metadata,
    identity(),
    *owned(),
    *belongs_to("fund_id", funds),
    Column("number", BigInteger, nullable=False, info=OPEN),
    day("day", info=OPEN),
    choice("kind", MovementKind, info=OPEN),
    code("reference", nullable=True, info=OPEN),
    *belongs_to("document_id", documents, nullable=True, index=True),
    *belongs_to("reverses_id", "journal_transactions", nullable=True, unique=True),
    text_("memo", nullable=True, info=OFFICIAL),
    instant(),
    Column("postings_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("previous_hash", LargeBinary, info=OPEN),
    Column("hash", LargeBinary, nullable=False, info=OPEN),
    UniqueConstraint("fund_id", "number"),
    Index("journal_transactions_reference_idx", "reference"),
    info={"grows": True, "through": "fund_id"},
)

postings = Table(
    "postings",
    metadata,
    identity(),
    Column("transaction_id", BigInteger, ForeignKey(journal_transactions.c.id), nullable=False),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    code("field", server_default=GENERAL, info=OPEN),
    choice("account", Account, info=OPEN),
    rupiah(info=OPEN),
    CheckConstraint("amount <> 0", name="amount"),
    UniqueConstraint("transaction_id", "field", "account"),
    Index("postings_fund_id_account_idx", "fund_id", "account"),
    info={"grows": True, "through": "fund_id", "same_office": "journal"},
)

# The database computes the balances from the postings. The checks refuse an overspent fund, whoever posts.
fund_balances = Table(
    "fund_balances",
    metadata,
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), primary_key=True),
    code("field", primary_key=True, info=OPEN),
    choice("account", Account, primary_key=True, info=OPEN),
    rupiah("balance", info=OPEN),
    CheckConstraint("account <> 'cash' or balance >= 0", name="cash"),
    CheckConstraint("account not in ('free', 'committed', 'payable') or balance <= 0", name="promised"),
    info={"through": "fund_id"},
)

# The movements of each day. A past balance is a sum over days, because a sum over all postings would be slow.
fund_days = Table(
    "fund_days",
    metadata,
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), primary_key=True),
    day("day", primary_key=True, info=OPEN),
    code("field", primary_key=True, info=OPEN),
    choice("account", Account, primary_key=True, info=OPEN),
    rupiah(info=OPEN),
    info={"through": "fund_id"},
)

# The last link of each fund's chain. Acts on one fund wait for the lock on its row.
journal_heads = Table(
    "journal_heads",
    metadata,
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), primary_key=True),
    Column("number", BigInteger, nullable=False, info=OPEN),
    Column("hash", LargeBinary, nullable=False, info=OPEN),
    info={"through": "fund_id", "also": _JOURNAL},
)
