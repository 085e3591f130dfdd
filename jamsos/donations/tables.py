"""Donation tables: pledges, bank lines and payment notices as received, and their matches."""

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
    text,
)

from jamsos.data_classes import CONTACT, DONOR, GENERAL, SECRET
from jamsos.db import belongs_to, choice, code, day, identity, instant, metadata, owned, owner, rupiah, sealed
from jamsos.donations.rules import MatchOutcome
from jamsos.donations.snap import NoticeStatus
from jamsos.ledger.tables import documents, funds, journal_transactions

pledges = Table(
    "pledges",
    metadata,
    identity(),
    *owned(),
    code("code", info=GENERAL),
    *belongs_to("fund_id", funds, index=True),
    day("pledged_date", info=GENERAL),
    rupiah(info=GENERAL),
    sealed("donor_name_sealed", "donor", info=DONOR),
    Column("is_named", Boolean, nullable=False, info=GENERAL),
    sealed("phone_sealed", "phone", info=CONTACT),
    instant(),
    UniqueConstraint("office_code", "code"),
    info={"grows": True, "within": "fund_id"},
)

# The page where a donor sees the pledge. Anybody with the address may see it, so only the hash of the address is stored.
pledge_pages = Table(
    "pledge_pages",
    metadata,
    Column("pledge_id", BigInteger, ForeignKey(pledges.c.id), primary_key=True, autoincrement=False),
    Column("address_sha256", LargeBinary, nullable=False, unique=True, info=SECRET),
    instant(),
    info={
        "grows": True,
        "within": "pledge_id",
        "installation_wide": {
            "address_sha256": "a random secret, by which the page is found before anybody's office is"
        },
    },
)

bank_lines = Table(
    "bank_lines",
    metadata,
    identity(),
    *owned(),
    *belongs_to("statement_id", documents),
    Column("line", Integer, nullable=False, info=GENERAL),
    day("booked_date", info=GENERAL),
    rupiah(info=GENERAL),
    # the bank's sen beyond whole rupiah, with the sign of the amount
    Column("sen", SmallInteger, nullable=False, server_default="0", info=GENERAL),
    code("reference", nullable=True, info=GENERAL),
    Column("line_sha256", LargeBinary, nullable=False, info=SECRET),
    sealed("description_sealed", "bank_line", nullable=False, info=DONOR),
    UniqueConstraint("statement_id", "line"),
    UniqueConstraint("office_code", "line_sha256"),
    CheckConstraint("sen between -99 and 99 and sen::bigint * amount >= 0", name="sen"),
    info={"grows": True, "within": "statement_id"},
)

donation_matches = Table(
    "donation_matches",
    metadata,
    identity(),
    *owned(),
    *belongs_to("bank_line_id", bank_lines),
    *belongs_to("pledge_id", pledges, nullable=True, index=True),
    choice("outcome", MatchOutcome, info=GENERAL),
    rupiah(info=GENERAL),
    *belongs_to("transaction_id", journal_transactions, nullable=True),
    instant(),
    # a decision about a waiting line, which replaces the outcome found on reading
    *belongs_to("replaces_id", "donation_matches", nullable=True, unique=True),
    sealed("reason_sealed", "bank_line", info=DONOR),
    Index(
        "donation_matches_bank_line_id_key", "bank_line_id", unique=True, postgresql_where=text("replaces_id is null")
    ),
    Index("donation_matches_bank_line_id_idx", "bank_line_id"),
    info={"grows": True, "within": "bank_line_id"},
)

# A bank line that the payment provider reported before the bank did: `reference` is the provider's number of the payment.
payment_notices = Table(
    "payment_notices",
    metadata,
    owner(),
    *belongs_to("bank_line_id", bank_lines, primary_key=True, autoincrement=False),
    code("reference", info=GENERAL),
    choice("status", NoticeStatus, info=GENERAL),
    code("external_id", info=GENERAL),
    day("called_date", info=GENERAL),
    instant(),
    UniqueConstraint("office_code", "bank_line_id"),
    UniqueConstraint("office_code", "reference", "status"),
    UniqueConstraint("office_code", "external_id", "called_date"),
    info={"grows": True, "within": "bank_line_id"},
)

# The bank line that reports the same money as a notice; each line settles one notice.
notice_settlements = Table(
    "notice_settlements",
    metadata,
    owner(),
    *belongs_to("notice_id", payment_notices, key="bank_line_id", primary_key=True, autoincrement=False),
    *belongs_to("bank_line_id", bank_lines, unique=True),
    instant(),
    info={"grows": True, "within": "bank_line_id"},
)
