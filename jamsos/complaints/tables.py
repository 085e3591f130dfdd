"""Complaint tables: objections with sealed words, and the steps of each.

The code of a complaint is stored only as a hash. A complaint is visible within its regency, and to a transaction with
its code (`jamsos.complaint`). A complainant sees nothing else of the programme. The API reads two views without words,
names or codes.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    text,
)

from jamsos.access.tables import officers
from jamsos.complaints.rules import ComplaintKind, ComplaintState, ComplaintStep, Deadline, Decision, Remedy
from jamsos.data_classes import CONTACT, GENERAL, NARRATIVE, OFFICIAL, OPEN, SECRET
from jamsos.db import SCHEMA, belongs_to, choice, code, day, identity, instant, metadata, owned, sealed, text_
from jamsos.months import OFFICE
from jamsos.people.tables import people
from jamsos.selection.tables import selection_runs
from jamsos.sql_files import sql_file, sql_statements

_SEEN = """office_code >= current_setting('jamsos.sight_from', true) and office_code < current_setting('jamsos.sight_to', true)
    or encode(code_sha256, 'hex') = current_setting('jamsos.complaint', true)"""

complaints = Table(
    "complaints",
    metadata,
    identity(),
    *owned(),
    Column("code_sha256", LargeBinary, nullable=False, unique=True, info=SECRET),
    choice("kind", ComplaintKind, info=GENERAL),
    *belongs_to("run_id", selection_runs, nullable=True),
    # the person concerned, where a known NIK was given
    Column("person_id", BigInteger, ForeignKey(people.c.id), index=True),
    sealed("words_sealed", "complaint", nullable=False, info=NARRATIVE),
    sealed("contact_sealed", "phone", info=CONTACT),
    day("filed_date", info=GENERAL),
    day("due_date", info=GENERAL),
    text_("filed_by", info=OFFICIAL),
    instant("recorded_at"),
    # the complainant also knew the person's family card, so the person's position may be shown to them
    Column("is_own", Boolean, nullable=False, server_default="false", info=GENERAL),
    info={
        "grows": True,
        "seen": _SEEN,
        "installation_wide": {"code_sha256": "a random secret, by which the complainant follows it"},
    },
)

_PROVEN = sql_statements(__file__, "proven_steps")


def _once(column: str) -> Index:
    name = f"complaint_steps_complaint_id_{column}_key"
    return Index(name, "complaint_id", column, unique=True, postgresql_where=text("step <> 'remedied'"))


complaint_steps = Table(
    "complaint_steps",
    metadata,
    identity(),
    Column("complaint_id", BigInteger, ForeignKey(complaints.c.id), nullable=False),
    choice("step", ComplaintStep, info=GENERAL),
    choice("decision", Decision, nullable=True, info=GENERAL),
    sealed("words_sealed", "complaint", info=NARRATIVE),
    text_("officer", nullable=True, info=OFFICIAL),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), index=True),  # empty for an appeal by the complainant
    day("done_date", info=GENERAL),
    text_("recorded_by", info=OFFICIAL),
    instant("recorded_at"),
    code("proof", nullable=True, info=SECRET),  # the officer's key or token
    _once("step"),
    _once("officer_id"),  # nobody decides a complaint that they answered
    CheckConstraint(
        "(step = 'appealed') = (officer_id is null) and (step in ('decided', 'appeal_decided')) = (decision is not null)",
        name="whose",
    ),
    info={"grows": True, "through": "complaint_id", "also": _PROVEN},
)

# As of the instant `{at}`.
CASES_THEN = sql_file(
    __file__,
    "cases",
    steps=" and recorded_at <= {at}",
    filed=" where c.recorded_at <= {at}",
    now="{at}",
    zone=OFFICE.key,
)

# Views with the rights of their reader: the public facts of complaints, and the present state of each deadline.
complaint_cases = Table(
    "complaint_cases",
    metadata,
    Column("id", BigInteger, primary_key=True, info=OPEN),
    Column("number", BigInteger, nullable=False, info=GENERAL),
    Column("kind", Text, info=GENERAL | {"choices": ComplaintKind}, nullable=False),
    Column("office_code", Text, ForeignKey("programme.offices.code"), nullable=False, info=GENERAL),
    Column("run_id", BigInteger, ForeignKey(selection_runs.c.id)),
    Column("person_id", BigInteger, ForeignKey(people.c.id)),
    Column("filed_date", Date, nullable=False, info=GENERAL),
    Column("due_date", Date, nullable=False, info=GENERAL),
    Column("state", Text, info=GENERAL | {"choices": ComplaintState}, nullable=False),
    Column("decision", Text, info=GENERAL | {"choices": Decision}),
    Column("deadline", Text, info=GENERAL | {"choices": Deadline}, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False, info=GENERAL),
    Column("upheld_date", Date, info=GENERAL),  # the date of the last decision, where it upheld the complaint
    Column("remedy", Text, info=GENERAL | {"choices": Remedy}),
    Column("remedied_date", Date, info=GENERAL),
    info={
        "view": f"create view {SCHEMA}.complaint_cases with (security_invoker = true) as "
        + sql_file(__file__, "cases", steps="", filed="", now="now()", zone=OFFICE.key)
    },
)

complaint_acts = Table(
    "complaint_acts",
    metadata,
    Column("id", BigInteger, primary_key=True, info=OPEN),
    Column("complaint_id", BigInteger, ForeignKey(complaint_cases.c.id), nullable=False),
    Column("step", Text, info=GENERAL | {"choices": ComplaintStep}, nullable=False),
    Column("decision", Text, info=GENERAL | {"choices": Decision}),
    Column("done_date", Date, nullable=False, info=GENERAL),
    Column("office_code", Text, ForeignKey("programme.offices.code"), nullable=False, info=GENERAL),
    Column("recorded_at", DateTime(timezone=True), nullable=False, info=GENERAL),
    info={
        "view": f"""
            create view {SCHEMA}.complaint_acts with (security_invoker = true) as
            select s.id, s.complaint_id, s.step, s.decision, s.done_date, c.office_code, s.recorded_at
            from {SCHEMA}.complaint_steps s join {SCHEMA}.complaints c on c.id = s.complaint_id
        """
    },
)
