"""Issuance tables: the papers that were issued, each with its serial and its hash."""

from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.db import code, day, identity, instant, metadata, text_

# `draft_sha256` is that of the paper without its serial: the same paper printed again is the same paper.
# `content` holds a paper that names nobody; `spaces` are where signatures may stand, in points from the lower left corner of a page.
issued_papers = Table(
    "issued_papers",
    metadata,
    identity(),
    code("serial", unique=True),
    code("kind"),
    code("subject"),
    code("regency_code"),
    Column("year", Integer, nullable=False),
    code("number", nullable=True),
    day("dated"),
    Column("parameters", JSONB, nullable=False),
    Column("versions", JSONB, nullable=False),
    Column("warehouse_date", Date),
    text_("printed_by"),
    text_("printed_for", nullable=True),
    Column("draft_sha256", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False, index=True),
    Column("byte_count", BigInteger, nullable=False),
    Column("spaces", JSONB, nullable=False),
    Column("content", LargeBinary),
    Column("supersedes_id", BigInteger, ForeignKey("programme.issued_papers.id"), unique=True),
    Column("read_at", DateTime(timezone=True), nullable=False),
    instant("issued_at"),
    Index("issued_papers_subject_idx", "kind", "subject", "regency_code"),
    info={"grows": True, "sight": "regency_code"},
)
