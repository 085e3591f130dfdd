"""Access tables: agencies, their keys (only hashed) and the audit trail."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.access.rules import AgencyKind
from jamsos.db import choice, code, identity, instant, metadata, text_

agencies = Table(
    "agencies",
    metadata,
    identity(),
    code("code", unique=True),
    text_("name"),
    choice("kind", AgencyKind),
    code("region_code", nullable=True),
    instant("created_at"),
    info={"umbrella": "region_code"},
)

api_keys = Table(
    "api_keys",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False, index=True),
    text_("label"),
    code("prefix", unique=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    Column("expires_at", DateTime(timezone=True)),
    Column("revoked_at", DateTime(timezone=True)),
    Column("last_used_at", DateTime(timezone=True)),
    instant("created_at"),
)

audit_entries = Table(
    "audit_entries",
    metadata,
    identity(),
    instant("at"),
    text_("actor"),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id)),
    code("act"),
    text_("purpose", nullable=True),
    code("subject", nullable=True),
    Column("subject_ids", ARRAY(BigInteger), nullable=False, server_default="{}"),
    Column("fields", ARRAY(Text), nullable=False, server_default="{}"),
    code("request_id", nullable=True),
    Column("details", JSONB, nullable=False, server_default="{}"),
    Index("audit_entries_at_idx", "at"),
    info={"grows": True},
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False),
    code("key"),
    Column("operation_hash", LargeBinary, nullable=False),
    Column("answer", JSONB),
    instant("created_at"),
    UniqueConstraint("agency_id", "key"),
)
