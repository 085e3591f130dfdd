"""Claim tables: benefits the insurer paid."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table

from jamsos.claims.rules import ClaimKind
from jamsos.db import choice, code, day, identity, instant, metadata, month, rupiah
from jamsos.people.tables import people

claims = Table(
    "claims",
    metadata,
    identity(),
    code("number", unique=True),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    choice("kind", ClaimKind),
    day("event_date"),
    day("paid_date"),
    rupiah(),
    month("valid_month", nullable=True),
    Column("file_sha256", LargeBinary, nullable=False),
    Column("line", Integer, nullable=False),
    code("village_code", nullable=False),
    instant(),
    info={"grows": True, "sight": "village_code"},
)
