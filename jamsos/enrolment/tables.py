"""Enrolment tables: batches sent, who was in them, and the insurer's answers."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, LargeBinary, Table, UniqueConstraint

from jamsos.data_classes import GENERAL, IDENTITY, NARRATIVE, OFFICIAL, OPEN
from jamsos.db import ACROSS, belongs_to, choice, code, identity, instant, metadata, month, owned, text_
from jamsos.decrees.tables import decree_lines, decrees
from jamsos.enrolment.rules import Answer
from jamsos.people.tables import people

enrolment_batches = Table(
    "enrolment_batches",
    metadata,
    identity(),
    *owned(),
    *belongs_to("decree_id", decrees, index=True),
    Column("worker_count", Integer, nullable=False, info=OPEN),
    Column(
        "carried_count", Integer, nullable=False, server_default="0", info=OPEN
    ),  # existing members, who need no registration
    Column("file_sha256", LargeBinary, nullable=False, info=OPEN),
    text_("sent_by", info=OFFICIAL),
    instant("sent_at"),
    info={"grows": True, "umbrella": "office_code"},
)

enrolments = Table(
    "enrolments",
    metadata,
    identity(),
    Column("batch_id", BigInteger, ForeignKey(enrolment_batches.c.id), nullable=False, index=True),
    Column("decree_line_id", BigInteger, ForeignKey(decree_lines.c.id), nullable=False, index=True),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    month("start_month", info=GENERAL),
    code("village_code", nullable=False, info=GENERAL),
    UniqueConstraint("batch_id", "decree_line_id"),
    info={"grows": True, "sight": "village_code"},
)

# The totals of each file of answers, including lines about persons whom the office never sent.
enrolment_answer_files = Table(
    "enrolment_answer_files",
    metadata,
    identity(),
    *owned(),
    text_("file_name", info=OPEN),
    Column("file_sha256", LargeBinary, nullable=False, info=OPEN),
    Column("row_count", Integer, nullable=False, info=OPEN),
    Column("recorded_count", Integer, nullable=False, info=OPEN),
    Column("left_aside_count", Integer, nullable=False, info=OPEN),
    text_("read_by", info=OFFICIAL),
    instant("read_at"),
    Index("enrolment_answer_files_file_sha256_idx", "file_sha256"),
    info={"grows": True, "sight": "office_code"},
)

# One answer per person sent. For existing members, the earlier answer is copied to the new decree line.
enrolment_answers = Table(
    "enrolment_answers",
    metadata,
    identity(),
    Column("enrolment_id", BigInteger, ForeignKey(enrolments.c.id), nullable=False, unique=True),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    choice("answer", Answer, info=GENERAL),
    code("membership_number", nullable=True, info=IDENTITY),
    month("start_month", nullable=True, info=GENERAL),
    text_("reason", nullable=True, info=NARRATIVE),
    Column("file_sha256", LargeBinary, nullable=False, info=GENERAL),
    Column("line", Integer, nullable=False, info=GENERAL),
    Column(
        "carried_from_id",
        BigInteger,
        ForeignKey("programme.enrolment_answers.id"),
        info={ACROSS: "a membership is the person's, whoever paid before"},
    ),
    code("village_code", nullable=False, info=GENERAL),
    instant("answered_at"),
    Index("enrolment_answers_membership_number_idx", "membership_number"),
    info={"grows": True, "sight": "village_code"},
)
