"""Access tables: agencies, their keys (only as hashes) and the audit trail."""

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.access.rules import AgencyKind
from jamsos.data_classes import OFFICIAL, OPEN, PSEUDONYM, SECRET
from jamsos.db import SCHEMA, choice, code, identity, instant, metadata, moment, sealed, text_
from jamsos.sql_files import sql_statements

agencies = Table(
    "agencies",
    metadata,
    identity(),
    code("code", unique=True, info=OPEN),
    text_("name", info=OPEN),
    choice("kind", AgencyKind, info=OPEN),
    code("region_code", nullable=True, info=OPEN),
    instant("created_at"),
    info={"umbrella": "region_code"},
)

# Row-level security shows agencies to known actors only, so the lookup of a key's holder runs as the owner.
_FOUND = "agency_id bigint, code text, kind text, region_code text"
_HOLDERS = sql_statements(__file__, "key_holder", found=_FOUND)

api_keys = Table(
    "api_keys",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False, index=True),
    text_("label", info=OFFICIAL),
    code("prefix", unique=True, info=SECRET),
    Column("secret_hash", LargeBinary, nullable=False, info=SECRET),
    Column("scopes", ARRAY(Text), nullable=False, info=OPEN),
    moment("expires_at", info=OPEN),
    moment("revoked_at", info=OPEN),
    moment("last_used_at", info=OPEN),
    instant("created_at"),
    info={"also": _HOLDERS},
)

# Show acts of agencies within the sight. Acts at the command line have no agency, and only the country's sight shows them.
_ACTED_WITHIN = f"""exists (select from {SCHEMA}.agencies a where a.id = audit_entries.agency_id
    and a.region_code >= current_setting('jamsos.sight_from', true) and a.region_code < current_setting('jamsos.sight_to', true))
    or audit_entries.agency_id is null and current_setting('jamsos.sight_from', true) = '0'"""

audit_entries = Table(
    "audit_entries",
    metadata,
    identity(),
    instant("at"),
    text_("actor", info=OFFICIAL),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id)),
    code("act", info=OPEN),
    text_("purpose", nullable=True, info=OFFICIAL),
    code("subject", nullable=True, info=OPEN),
    Column("subject_ids", ARRAY(BigInteger), nullable=False, server_default="{}", info=PSEUDONYM),
    Column("fields", ARRAY(Text), nullable=False, server_default="{}", info=OPEN),
    code("request_id", nullable=True, info=OPEN),
    Column("details", JSONB, nullable=False, server_default="{}", info=OFFICIAL),
    Index("audit_entries_at_idx", "at"),
    info={"grows": True, "seen": _ACTED_WITHIN},
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False),
    code("key", info=SECRET),
    Column("operation_hash", LargeBinary, nullable=False, info=SECRET),
    sealed("answer_sealed", "answer", info=SECRET),
    instant("created_at"),
    UniqueConstraint("agency_id", "key"),
)

# Counters of requests for an act since `begun_at`. The asker is a hash under the sealing key, so that no row names an address or a NIK.
act_counts = Table(
    "act_counts",
    metadata,
    code("act", primary_key=True, info=SECRET),
    Column("asker", LargeBinary, primary_key=True, info=SECRET),
    Column("count", Integer, nullable=False, info=SECRET),
    instant("begun_at"),
)

# GraphQL documents that the office has approved; `id` is `sha256:` and the hash of the text.
trusted_documents = Table(
    "trusted_documents",
    metadata,
    code("id", primary_key=True, info=OPEN),
    text_("name", info=OPEN),
    text_("body", info=OPEN),
    instant("trusted_at"),
    info={"grows": True},
)
