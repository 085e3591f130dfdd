"""Minutes tables: a month as both sides signed it, and the trigger that freezes the month until its minutes are reopened."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from jamsos.access.tables import officers
from jamsos.coverage.rules import Resolution
from jamsos.coverage.tables import coverage_differences
from jamsos.data_classes import GENERAL, OFFICIAL, OPEN
from jamsos.db import belongs_to, choice, code, day, identity, instant, metadata, month, owned, rupiah, text_
from jamsos.ledger.tables import funds
from jamsos.sql_files import sql_statements

FREEZE_LOCK = "jamsos.minutes"
_STANDING = "not exists (select from programme.minutes_reopenings o where o.minutes_id = m.id)"
_FROZEN = sql_statements(__file__, "frozen_months", freeze_lock=FREEZE_LOCK, standing=_STANDING)

minutes = Table(
    "minutes",
    metadata,
    identity(),
    *owned(),
    code("number", info=OPEN),
    month("month", info=OPEN),
    day("signed_date", info=OPEN),
    text_("office_signatory", info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False),  # who signed for the office
    text_("insurer_signatory", info=OFFICIAL),  # the name as printed
    Column("lines_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("file_sha256", LargeBinary, info=OPEN),  # of the signed document, where given
    text_("recorded_by", info=OFFICIAL),
    instant(),
    *belongs_to("replaces_id", "minutes", nullable=True, unique=True),  # the reopened minutes
    UniqueConstraint("office_code", "month", "replaces_id", postgresql_nulls_not_distinct=True),
    UniqueConstraint("office_code", "number"),
    info={"grows": True, "umbrella": "office_code", "also": _FROZEN},
)

_IN_TURN = sql_statements(__file__, "minutes_in_turn", standing=_STANDING)
# The trigger reads decrees, bills and minutes, so it is created after the last of these tables.
_PROMISED = sql_statements(__file__, "promises")

minutes_reopenings = Table(
    "minutes_reopenings",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False, unique=True),
    text_("officer", info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False),
    text_("reason", info=OFFICIAL),
    day("opened_date", info=OPEN),
    text_("recorded_by", info=OFFICIAL),
    instant(),
    info={"grows": True, "through": "minutes_id", "also": (*_IN_TURN, *_PROMISED)},
)

# Workers and rupiah of one fund: named by decrees (N1), confirmed by the insurer (N2), billed (N3), paid (N4).
minute_lines = Table(
    "minute_lines",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False),
    Column("fund_id", BigInteger, ForeignKey(funds.c.id), nullable=False),
    Column("named", Integer, nullable=False, info=OPEN),
    Column("confirmed", Integer, nullable=False, info=OPEN),
    Column("billed", Integer, nullable=False, info=OPEN),
    Column("paid", Integer, nullable=False, info=OPEN),
    rupiah("billed_amount", info=OPEN),
    rupiah("paid_amount", info=OPEN),
    rupiah("confirmed_amount", info=OPEN),
    UniqueConstraint("minutes_id", "fund_id"),
    info={"grows": True, "through": "minutes_id"},
)

# The differences of the month as signed, with the agreed correction. Without one the next bill carries the difference.
minute_differences = Table(
    "minute_differences",
    metadata,
    identity(),
    Column("minutes_id", BigInteger, ForeignKey(minutes.c.id), nullable=False),
    Column("difference_id", BigInteger, ForeignKey(coverage_differences.c.id), nullable=False, index=True),
    choice("agreed", Resolution, nullable=True, info=GENERAL),
    code("village_code", nullable=True, info=GENERAL),
    UniqueConstraint("minutes_id", "difference_id"),
    info={"grows": True, "sight": "village_code"},
)
