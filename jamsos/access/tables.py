"""Access tables: agencies, their officers, keys (only as hashes), invitations and the audit trail."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from jamsos.access.rules import AgencyKind, OfficerRole
from jamsos.data_classes import OFFICIAL, OPEN, PSEUDONYM, SECRET
from jamsos.db import AT_WORK, OFFICE, SCHEMA, choice, code, day, identity, instant, metadata, moment, sealed, text_
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

# A person who acts for an agency. The unique name prevents an accidental second registration of the same person.
officers = Table(
    "officers",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False, index=True),
    text_("name", info=OFFICIAL),
    text_("recorded_by", info=OFFICIAL),
    Column("recorded_by_id", BigInteger, ForeignKey("programme.officers.id")),
    instant(),
    info={"grows": True, "through": "agency_id"},
)
Index("officers_agency_id_name_key", officers.c.agency_id, func.lower(officers.c.name), unique=True)

_ROLES = ", ".join(f"'{role}'" for role in OfficerRole)

# The term and the roles of an officer. The newest row is in force; the end of a term is a new row.
officer_terms = Table(
    "officer_terms",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False, index=True),
    Column("roles", ARRAY(Text), nullable=False, info=OFFICIAL),
    day("active_from", info=OFFICIAL),
    day("active_to", nullable=True, info=OFFICIAL),
    text_("recorded_by", info=OFFICIAL),
    Column("recorded_by_id", BigInteger, ForeignKey(officers.c.id)),
    instant(),
    CheckConstraint(f"roles <@ array[{_ROLES}]::text[] and cardinality(roles) > 0", name="roles"),
    info={"grows": True, "through": "agency_id"},
)


def _issued() -> tuple[Column[Any], ...]:
    """Return the issuer columns of a proof. `voucher_ids`: the issuing officer, and all officers who issued that officer's proof."""
    return (
        text_("issued_by", info=OFFICIAL),
        Column("issued_by_id", BigInteger, ForeignKey(officers.c.id)),
        Column("voucher_ids", ARRAY(BigInteger), nullable=False, server_default="{}", info=OFFICIAL),
    )


# Row-level security shows agencies to known actors only, so the lookup of a key's holder runs as the owner.
_FOUND = "agency_id bigint, code text, kind text, region_code text"
_HOLDERS = sql_statements(__file__, "key_holder", found=_FOUND)
_PROVEN = sql_statements(__file__, "proven_by", found=_FOUND)

api_keys = Table(
    "api_keys",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False, index=True),
    # empty for the key of a program, which reads and does acts that bind nobody
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), index=True),
    text_("label", info=OFFICIAL),
    *_issued(),
    code("prefix", unique=True, info=SECRET),
    Column("secret_hash", LargeBinary, nullable=False, info=SECRET),
    Column("scopes", ARRAY(Text), nullable=False, info=OPEN),
    moment("expires_at", info=OPEN),
    moment("revoked_at", info=OPEN),
    moment("last_used_at", info=OPEN),
    instant("created_at"),
    info={"also": _HOLDERS},
)

# The officer of a subject of the configured OpenID issuer.
officer_subjects = Table(
    "officer_subjects",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False, index=True),
    code("issuer", info=OPEN),
    code("subject", info=SECRET),
    *_issued(),
    moment("revoked_at", info=OPEN),
    instant(),
    UniqueConstraint("issuer", "subject"),
    info={"through": "agency_id", "also": _PROVEN},
)

# A one-time code with which an officer makes a personal key; only its hash is stored.
officer_invitations = Table(
    "officer_invitations",
    metadata,
    identity(),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id), nullable=False),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id), nullable=False, index=True),
    text_("label", info=OFFICIAL),
    code("prefix", unique=True, info=SECRET),
    Column("secret_hash", LargeBinary, nullable=False, info=SECRET),
    Column("scopes", ARRAY(Text), nullable=False, info=OPEN),
    Column("days", Integer, nullable=False, info=OPEN),
    *_issued(),
    moment("expires_at", nullable=False, info=OPEN),
    moment("accepted_at", info=OPEN),
    instant("created_at"),
    info={"through": "agency_id", "also": sql_statements(__file__, "accepted_invitation")},
)

# Show acts of agencies within the sight. Acts of an operator have no agency: the country sees them, and the office that they were for.
_ACTED_WITHIN = f"""exists (select from {SCHEMA}.agencies a where a.id = audit_entries.agency_id
    and a.region_code >= current_setting('jamsos.sight_from', true) and a.region_code < current_setting('jamsos.sight_to', true))
    or audit_entries.agency_id is null and (current_setting('jamsos.sight_from', true) = '0'
        or audit_entries.office_code >= current_setting('jamsos.sight_from', true)
        and audit_entries.office_code < current_setting('jamsos.sight_to', true))"""

_AT_WORK = text(f"nullif(current_setting('{AT_WORK}', true), '')")

audit_entries = Table(
    "audit_entries",
    metadata,
    identity(),
    instant("at"),
    text_("actor", info=OFFICIAL),
    Column("agency_id", BigInteger, ForeignKey(agencies.c.id)),
    Column("officer_id", BigInteger, ForeignKey(officers.c.id)),
    code("act", info=OPEN),
    text_("purpose", nullable=True, info=OFFICIAL),
    code("subject", nullable=True, info=OPEN),
    Column("subject_ids", ARRAY(BigInteger), nullable=False, server_default="{}", info=PSEUDONYM),
    Column("fields", ARRAY(Text), nullable=False, server_default="{}", info=OPEN),
    code("request_id", nullable=True, info=OPEN),
    Column("details", JSONB, nullable=False, server_default="{}", info=OFFICIAL),
    # the office at work, where the act was done for one
    code(OFFICE, ForeignKey(f"{SCHEMA}.offices.code"), nullable=True, server_default=_AT_WORK, info=OPEN),
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
