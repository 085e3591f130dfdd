"""Issuance tables: the issued documents, each with its serial and its hash."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.data_classes import OFFICIAL, OPEN, SECRET
from jamsos.db import belongs_to, code, day, identity, instant, metadata, moment, owned, text_

# `draft_sha256` is the hash of the document without its serial, so that the same document printed again has the same
# hash. `content` contains a document that names nobody. `spaces` are the places for signatures, in points from the
# lower left corner of a page.
issued_papers = Table(
    "issued_papers",
    metadata,
    identity(),
    *owned(),
    code("serial", unique=True, info=OPEN),
    code("kind", info=OPEN),
    code("subject", info=OFFICIAL),
    Column("year", Integer, nullable=False, info=OPEN),
    code("number", nullable=True, info=OPEN),
    day("dated", info=OPEN),
    Column("parameters", JSONB, nullable=False, info=OFFICIAL),
    Column("versions", JSONB, nullable=False, info=OPEN),
    day("warehouse_date", nullable=True, info=OPEN),
    # the release of the marts that the figures were read from: its id, day and SHA-256
    Column("release", JSONB(none_as_null=True), info=OPEN),
    text_("printed_by", info=OFFICIAL),
    text_("printed_for", nullable=True, info=OFFICIAL),
    # the pages may name persons, and with this hash an attacker could test a guess of a page
    Column("draft_sha256", LargeBinary, nullable=False, info=SECRET),
    Column("sha256", LargeBinary, nullable=False, index=True, info=OPEN),
    Column("byte_count", BigInteger, nullable=False, info=OPEN),
    Column("spaces", JSONB, nullable=False, info=OPEN),
    Column("content", LargeBinary, info=OFFICIAL),
    *belongs_to("supersedes_id", "issued_papers", nullable=True, unique=True),
    moment("read_at", nullable=False, info=OPEN),
    instant("issued_at"),
    Index("issued_papers_subject_idx", "kind", "subject", "office_code"),
    info={
        "grows": True,
        "sight": "office_code",
        "installation_wide": {"serial": "60 random bits on a paper, by which anybody looks it up"},
    },
)
