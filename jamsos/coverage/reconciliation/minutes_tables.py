"""Minutes tables: a month as both sides signed it, and the guard that nothing is added to it until it is opened again."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from jamsos.coverage.rules import Resolution
from jamsos.coverage.tables import receipt_differences
from jamsos.db import choice, code, day, identity, instant, metadata, month, rupiah, text_
from jamsos.ledger.tables import funds
from jamsos.regions.tables import regencies
from jamsos.sql_files import sql_statements

FREEZE_LOCK = "jamsos.minutes"
_STANDING = "not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id)"
_FROZEN = sql_statements(__file__, "frozen_months", freeze_lock=FREEZE_LOCK, standing=_STANDING)

minutes = Table(
    "minutes",
    metadata,
    identity(),
    code("number"),
    month("month"),
    day("signed_date"),
    text_("office_signatory"),
    text_("insurer_signatory"),
    Column("lines_sha256", LargeBinary, nullable=False),
    Column("file_sha256", LargeBinary),  # of the signed paper, where it was given
    code("regency_code", ForeignKey(regencies.c.code)),
    text_("recorded_by"),
    instant(),
    Column("replaces_id", BigInteger, ForeignKey("programme.minutes.id"), unique=True),  # those that were opened again
    UniqueConstraint("regency_code", "month", "replaces_id", postgresql_nulls_not_distinct=True),
    UniqueConstraint("regency_code", "number"),
    info={"grows": True, "umbrella": "regency_code", "also": _FROZEN},
)

_IN_TURN = sql_statements(__file__, "minutes_in_turn", standing=_STANDING)

minutes_reopenings = Table(
    "minutes_reopenings",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False, unique=True),
    text_("officer"),
    text_("reason"),
    day("opened_date"),
    text_("recorded_by"),
    instant(),
    info={"grows": True, "through": "minutes_id", "also": _IN_TURN},
)

# Workers and rupiah of one fund: named by decrees (N1), confirmed by the insurer (N2), billed (N3), paid (N4).
minute_lines = Table(
    "minute_lines",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    Column("named", Integer, nullable=False),
    Column("confirmed", Integer, nullable=False),
    Column("billed", Integer, nullable=False),
    Column("paid", Integer, nullable=False),
    rupiah("billed_amount"),
    rupiah("paid_amount"),
    rupiah("confirmed_amount"),
    UniqueConstraint("minutes_id", "fund_id"),
    info={"grows": True, "through": "minutes_id"},
)

# The differences of the month as they stood: the correction agreed on, or none, and then carried to the next bill.
minute_differences = Table(
    "minute_differences",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False),
    Column("difference_id", BigInteger, ForeignKey(receipt_differences.c.id), nullable=False, index=True),
    choice("agreed", Resolution, nullable=True),
    code("village_code", nullable=True),
    UniqueConstraint("minutes_id", "difference_id"),
    info={"grows": True, "sight": "village_code"},
)
