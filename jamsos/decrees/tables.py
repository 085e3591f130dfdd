"""Decree tables: approvals of a run, decrees, and their frozen lines."""

from sqlalchemy import (
    BigInteger,
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

from jamsos.access.tables import officers
from jamsos.data_classes import GENERAL, OFFICIAL, OPEN, SECRET, VULNERABILITY
from jamsos.db import belongs_to, choice, code, day, identity, instant, metadata, month, owned, rupiah, text_
from jamsos.decrees.rules import DecreeKind, EndReason, LineAction
from jamsos.ledger.tables import funds
from jamsos.people.tables import people
from jamsos.selection.tables import selection_runs
from jamsos.sql_files import sql_statements
from jamsos.worker_groups import Group

_APPROVALS = sql_statements(__file__, "approvals")

# Who has done which step on which list of a run: its own, or that of an amendment. The officer is a person, so neither
# a second key nor a misspelled name counts as a second officer.
run_approvals = Table(
    "run_approvals",
    metadata,
    identity(),
    *owned(),
    *belongs_to("run_id", selection_runs),
    code("step", info=OPEN),
    text_("officer", info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False, index=True),
    Column("list_sha256", LargeBinary, nullable=False, info=OPEN),
    text_("note", nullable=True, info=OFFICIAL),
    text_("recorded_by", info=OFFICIAL),
    instant("approved_at"),
    code("proof", info=SECRET),  # the key or token that approved
    UniqueConstraint("run_id", "list_sha256", "step"),
    UniqueConstraint("run_id", "list_sha256", "officer_id"),
    info={"grows": True, "umbrella": "office_code", "also": _APPROVALS},
)

_IN_ORDER = sql_statements(__file__, "amendments_in_order")

decrees = Table(
    "decrees",
    metadata,
    identity(),
    *owned(),
    code("number", info=OPEN),
    choice("kind", DecreeKind, info=OPEN),
    day("signed_date", info=OPEN),
    Column("year", SmallInteger, nullable=False, info=OPEN),
    month("month_from", info=OPEN),
    month("month_to", info=OPEN),
    text_("legal_base", info=OPEN),
    *belongs_to("run_id", selection_runs, nullable=True, unique=True),
    *belongs_to("fund_id", funds, index=True),
    # an amendment names the determination, never another amendment
    *belongs_to("amends_id", "decrees", nullable=True, index=True),
    rupiah("rate", info=OPEN),  # the first month's, for one worker
    Column("worker_count", Integer, nullable=False, info=OPEN),
    rupiah("amount", info=OPEN),
    Column("list_sha256", LargeBinary, nullable=False, info=OPEN),
    text_("issued_by", info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id)),
    instant("issued_at"),
    UniqueConstraint("office_code", "number"),
    # one number in other letters or with other spaces is the same number
    Index(
        "decrees_office_code_number_written_idx", "office_code", text("upper(replace(number, ' ', ''))"), unique=True
    ),
    # a determination freezes the list of a run, whose approvals the database checks; an amendment changes a determination
    CheckConstraint(
        "case kind when 'determination' then run_id is not null and amends_id is null"
        " else run_id is null and amends_id is not null end",
        name="origin",
    ),
    info={"grows": True, "umbrella": "office_code", "also": _IN_ORDER},
)

_FROZEN = sql_statements(__file__, "frozen_list")

_SIGNED = sql_statements(__file__, "signed_words")

_ONCE = sql_statements(__file__, "one_decree_a_month")

_FITTING = sql_statements(__file__, "lines_of_places")

# inclusion: the person is protected from month_from to month_to. termination: the line in replaces_line_id ends with
# month_to (the month before its first means never protected). replacement: the person takes the place of
# replaces_line_id, month_from to month_to.
decree_lines = Table(
    "decree_lines",
    metadata,
    identity(),
    Column("decree_id", BigInteger, ForeignKey(decrees.c.id), nullable=False),
    Column("line", Integer, nullable=False, info=GENERAL),
    choice("action", LineAction, info=GENERAL),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    # the signed version; set by the database (signed_words.sql) from the person, so it needs no key of its own
    Column("person_version", Integer, nullable=False, info=SECRET),
    Column("replaces_line_id", BigInteger, ForeignKey("programme.decree_lines.id"), index=True),
    choice("reason", EndReason, nullable=True, info=GENERAL),
    month("month_from", info=GENERAL),
    month("month_to", info=GENERAL),
    choice("group_code", Group, nullable=True, info=VULNERABILITY),
    code("village_code", nullable=False, info=GENERAL),
    UniqueConstraint("decree_id", "line"),
    UniqueConstraint("replaces_line_id", "action"),  # a line ends only once, and one person follows
    info={
        "grows": True,
        "sight": "village_code",
        "also": (*_FROZEN, *_SIGNED, *_ONCE, *_FITTING),
        "same_office": "lines_of_places",
    },
)
