"""Complaint tables: objections with their words sealed, and what was done with each.

The code that follows a complaint stands only hashed. There is no sight by region here, because whoever files sees nothing of the
programme; acts compare the region themselves, and nothing of these tables is in the schema.
"""

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, LargeBinary, Table, UniqueConstraint

from jamsos.complaints.rules import ComplaintKind, ComplaintStep, Decision
from jamsos.db import choice, code, day, identity, instant, metadata, sealed, text_
from jamsos.people.tables import people
from jamsos.regions.tables import regencies
from jamsos.selection.tables import selection_runs

complaints = Table(
    "complaints",
    metadata,
    identity(),
    Column("code_sha256", LargeBinary, nullable=False, unique=True),
    choice("kind", ComplaintKind),
    code("regency_code", ForeignKey(regencies.c.code), index=True),
    Column("run_id", BigInteger, ForeignKey(selection_runs.c.id)),
    # whom it is about, where a NIK was given that we know
    Column("person_id", BigInteger, ForeignKey(people.c.id), index=True),
    sealed("words_sealed", "complaint", nullable=False),
    sealed("contact_sealed", "phone"),
    day("filed_date"),
    day("due_date"),
    text_("filed_by"),
    instant("recorded_at"),
    info={"grows": True},
)

complaint_steps = Table(
    "complaint_steps",
    metadata,
    identity(),
    Column("complaint_id", BigInteger, ForeignKey(complaints.c.id), nullable=False),
    choice("step", ComplaintStep),
    choice("decision", Decision, nullable=True),
    sealed("words_sealed", "complaint"),
    text_("officer", nullable=True),
    code("officer_key", nullable=True),
    day("done_date"),
    text_("recorded_by"),
    instant("recorded_at"),
    UniqueConstraint("complaint_id", "step"),
    UniqueConstraint("complaint_id", "officer_key"),  # nobody decides what they answered
    CheckConstraint(
        "(step = 'appealed') = (officer_key is null) and (step in ('decided', 'appeal_decided')) = (decision is not null)",
        name="whose",
    ),
    info={"grows": True},
)
