"""Claim tables: benefits that the insurer paid."""

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, Table, UniqueConstraint

from jamsos.claims.rules import ClaimKind
from jamsos.data_classes import GENERAL
from jamsos.db import choice, code, day, identity, instant, metadata, month, owned, rupiah
from jamsos.people.tables import people

claims = Table(
    "claims",
    metadata,
    identity(),
    *owned(),
    code("number", info=GENERAL),
    Column("person_id", BigInteger, ForeignKey(people.c.id), nullable=False, index=True),
    choice("kind", ClaimKind, info=GENERAL),
    day("event_date", info=GENERAL),
    day("paid_date", info=GENERAL),
    rupiah(info=GENERAL),
    month("valid_month", nullable=True, info=GENERAL),
    Column("file_sha256", LargeBinary, nullable=False, info=GENERAL),
    Column("line", Integer, nullable=False, info=GENERAL),
    code("village_code", nullable=False, info=GENERAL),
    instant(),
    UniqueConstraint("office_code", "number"),
    info={"grows": True, "sight": "village_code"},
)
