"""Access tables: agencies, their keys (only hashed) and the audit trail."""

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
from jamsos.db import SCHEMA, choice, code, identity, instant, metadata, moment, sealed, text_

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

# Who asks is not known before the key is, and row security shows agencies only to those who are known.
_FOUND = "agency_id bigint, code text, kind text, region_code text"
_HOLDERS = [
    f"""create function {SCHEMA}.key_holder(asked text)
returns table (key_id bigint, first_id bigint, secret_hash bytea, scopes text[], expires_at timestamptz, revoked_at timestamptz,
               {_FOUND})
language sql stable security definer set search_path = '' as $$
    select k.id, (select min(f.id) from {SCHEMA}.api_keys f where f.agency_id = k.agency_id and f.label = k.label),
           k.secret_hash, k.scopes, k.expires_at, k.revoked_at, a.id, a.code, a.kind, a.region_code
    from {SCHEMA}.api_keys k join {SCHEMA}.agencies a on a.id = k.agency_id where k.prefix = asked
$$""",
    f"""create function {SCHEMA}.agency_named(asked text) returns table ({_FOUND})
language sql stable security definer set search_path = '' as $$
    select a.id, a.code, a.kind, a.region_code from {SCHEMA}.agencies a where a.code = asked
$$""",
]

api_keys = Table(
    "api_keys",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False, index=True),
    text_("label"),
    code("prefix", unique=True),
    Column("secret_hash", LargeBinary, nullable=False),
    Column("scopes", ARRAY(Text), nullable=False),
    moment("expires_at"),
    moment("revoked_at"),
    moment("last_used_at"),
    instant("created_at"),
    info={"also": _HOLDERS},
)

# Acts of agencies within the sight; acts at the command line, which have no agency, are seen by the country only.
_ACTED_WITHIN = f"""exists (select from {SCHEMA}.agencies a where a.id = audit_entries.agency_id
    and a.region_code >= current_setting('jamsos.sight_from', true) and a.region_code < current_setting('jamsos.sight_to', true))
    or audit_entries.agency_id is null and current_setting('jamsos.sight_from', true) = '0'"""

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
    info={"grows": True, "seen": _ACTED_WITHIN},
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False),
    code("key"),
    Column("operation_hash", LargeBinary, nullable=False),
    sealed("answer_sealed", "answer"),
    instant("created_at"),
    UniqueConstraint("agency_id", "key"),
)

# How often an act was asked for since `begun_at`: by whom stands hashed under the sealing key, so that no row names an address or a NIK.
act_counts = Table(
    "act_counts",
    metadata,
    code("act", primary_key=True),
    Column("asker", LargeBinary, primary_key=True),
    Column("count", Integer, nullable=False),
    instant("begun_at"),
)

# GraphQL documents that the office has read; `id` is `sha256:` and the hash of the text.
trusted_documents = Table(
    "trusted_documents",
    metadata,
    code("id", primary_key=True),
    text_("name"),
    text_("body"),
    instant("trusted_at"),
    info={"grows": True},
)
